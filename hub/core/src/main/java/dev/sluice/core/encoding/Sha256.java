package dev.sluice.core.encoding;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash function SHA-256.
public final class Sha256 {
    private Sha256() {}

    /// Returns a new digest.
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    public static byte[] hash(byte[] bytes) {
        return digest().digest(bytes);
    }
}
