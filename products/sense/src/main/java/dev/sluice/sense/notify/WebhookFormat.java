package dev.sluice.sense.notify;

import dev.sluice.sense.json.SenseJson;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// The format of a webhook with JSON, signed according to the Standard Webhooks specification: a receiver
/// checks `webhook-signature`, the HMAC-SHA256 of `ID.TIME.BODY`, rejects old times, and handles each
/// `webhook-id` once.
///
/// @param secret a [valid secret][#requireSecret]; empty if messages are not signed
public record WebhookFormat(HttpUrl url, String secret, AlertText words, InstantSource clock)
        implements HttpNotifier.Format {
    private static final String SECRET_PREFIX = "whsec_";

    /// Returns the secret if it has a key.
    ///
    /// @throws IllegalArgumentException if `whsec_` is not followed by the base64 of a key
    public static String requireSecret(String secret) {
        if (secret.equals(SECRET_PREFIX)) throw new IllegalArgumentException("no key follows 'whsec_'");
        try {
            key(secret);
            return secret;
        } catch (IllegalArgumentException invalid) { // Its message has parts of the secret.
            throw new IllegalArgumentException("the text after 'whsec_' is not base64");
        }
    }

    /// Returns the key of a secret: the bytes that follow `whsec_` in base64, which is how the specification
    /// writes secrets, or else the bytes of the text.
    static byte[] key(String secret) {
        return secret.startsWith(SECRET_PREFIX)
                ? Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()))
                : secret.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isForPeople() {
        return false;
    }

    @Override
    public Request.Builder request(Alert alert) {
        String body = SenseJson.write(json(alert));
        long seconds = clock.instant().getEpochSecond();
        var request = new Request.Builder()
                .url(url)
                .header("Content-Type", "application/json")
                .header("webhook-id", alert.id())
                .header("webhook-timestamp", String.valueOf(seconds))
                .post(JsonFormat.body(body));
        if (!secret.isEmpty()) {
            String signature = Signature.base64(key(secret), alert.id() + "." + seconds + "." + body);
            request.header("webhook-signature", "v1," + signature);
        }
        return request;
    }

    private Map<String, Object> json(Alert alert) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("id", alert.id());
        all.put("type", alert.word());
        all.put("incident", alert.incident());
        all.put("check", alert.check());
        all.put("title", alert.title());
        all.put("expected", alert.failure().expected());
        all.put("found", alert.failure().found());
        all.put("kind", alert.failure().kind().word());
        all.put("since", alert.since().toString());
        all.put("at", alert.at().toString());
        if (alert.kind() == Alert.Kind.CLOSED)
            all.put("downtime_s", alert.downtime().toSeconds());
        if (alert.ending() != null) all.put("ending", alert.ending().name().toLowerCase(Locale.ROOT));
        if (alert.isLate()) all.put("late_s", alert.late().toSeconds());
        all.put("text", words.whole(alert));
        if (alert.link() != null) all.put("link", alert.link());
        return all;
    }
}
