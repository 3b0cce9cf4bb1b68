package dev.sluice.sense.notify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA256, the signature that most services use.
final class Signature {
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /// @param key its bytes in UTF-8 are the key
    static String base64(String key, String text) {
        return base64(key.getBytes(StandardCharsets.UTF_8), text);
    }

    static String base64(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) { // Every JDK has it.
            throw new IllegalStateException(impossible);
        }
    }
}
