package dev.sluice.sense.notify;

import dev.sluice.sense.json.SenseJson;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// The format of a webhook with JSON, signed according to the Standard Webhooks specification: a receiver
/// checks `webhook-signature`, the HMAC-SHA256 of `ID.TIME.BODY`, rejects old times, and handles each
/// `webhook-id` once.
///
/// @param secret empty if messages are not signed
public record WebhookFormat(HttpUrl url, String secret, AlertText words, InstantSource clock)
        implements HttpNotifier.Format {
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
            String signature = Signature.base64(secret, alert.id() + "." + seconds + "." + body);
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
