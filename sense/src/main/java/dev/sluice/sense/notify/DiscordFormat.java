package dev.sluice.sense.notify;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;

/// A webhook of Discord.
public record DiscordFormat(URI uri, AlertText words) implements HttpNotifier.Format {
    private static final int TEXT_MAX = 2000;

    @Override
    public HttpRequest.Builder request(Alert alert) {
        String text = words.whole(alert);
        String cut = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
        // The answer of a failed service must not mention everybody.
        return JsonFormat.post(uri, Map.of("content", cut, "allowed_mentions", Map.of("parse", List.of())));
    }
}
