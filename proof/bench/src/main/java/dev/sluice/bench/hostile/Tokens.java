package dev.sluice.bench.hostile;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tokens of the hub's users (JWT with HS256, RFC 7519).
public final class Tokens {
    public static final String KID = "shop";
    public static final String SECRET = "0123456789abcdef0123456789abcdef";

    private Tokens() {}

    /// @param claims further members of the payload, such as `"sub":"alice"`
    public static String sign(String claims) {
        long now = Instant.now().getEpochSecond();
        var times = "\"iat\":" + now + ",\"exp\":" + (now + Duration.ofHours(1).toSeconds());
        var text = encoded("{\"alg\":\"HS256\",\"kid\":\"" + KID + "\"}") + "."
                + encoded("{" + claims + "," + times + "}");
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return text + "." + encoded(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", impossible);
        }
    }

    private static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
