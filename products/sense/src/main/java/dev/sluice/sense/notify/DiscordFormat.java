package dev.sluice.sense.notify;

import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// The format of a Discord webhook.
public record DiscordFormat(HttpUrl url, AlertText words) implements HttpNotifier.Format {
    private static final int TEXT_MAX = 2000;

    @Override
    public Request.Builder request(Alert alert) {
        String text = words.whole(alert);
        String cut = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
        // A text from a failed service, which the alert quotes, must not mention everyone.
        return JsonFormat.post(url, Map.of("content", cut, "allowed_mentions", Map.of("parse", List.of())));
    }
}
