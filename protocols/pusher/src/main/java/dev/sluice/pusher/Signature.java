package dev.sluice.pusher;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The signatures of the protocol: HMAC-SHA256 in lower-case hexadecimal digits.
final class Signature {
    private static final String HMAC = "HmacSHA256";

    private Signature() {}

    static String of(String secret, String text) {
        return of(secret, text.getBytes(StandardCharsets.UTF_8));
    }

    static String of(String secret, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
            return HexFormat.of().formatHex(mac.doFinal(bytes));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + HMAC, impossible);
        }
    }

    /// Compares in a time that does not tell how much is equal.
    static boolean isEqual(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /// Checks an authorization of the form `KEY:SIGNATURE`.
    static boolean authorizes(PusherApp app, String auth, String text) {
        return isEqual(app.key() + ":" + of(app.secret(), text), auth);
    }

    /// The digest of a body, by which a signed query covers it.
    static String md5(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has MD5", impossible);
        }
    }
}
