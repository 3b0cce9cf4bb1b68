package dev.sluice.app.command.run;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs tokens of Mercure 0.x.
final class MercureTokens {
    static final String SECRET = "!ChangeThisMercureHubJWTSecretKey!";

    private MercureTokens() {}

    /// @param claim members of the claim, with ' for "
    static String of(String claim) {
        String content = base64("{'alg':'HS256','typ':'JWT'}") + "." + base64("{'mercure':{" + claim + "}}");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return content + "." + base64(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String base64(String json) {
        return base64(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
