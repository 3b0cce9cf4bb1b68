package dev.sluice.sense.notify;

import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// A webhook of Discord.
public record DiscordFormat(HttpUrl url, AlertText words) implements HttpNotifier.Format {
    private static final int TEXT_MAX = 2000;

    @Override
    public Request.Builder request(Alert alert) {
        String text = words.whole(alert);
        String cut = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
        // The answer of a failed service must not mention everybody.
        return JsonFormat.post(url, Map.of("content", cut, "allowed_mentions", Map.of("parse", List.of())));
    }
}
