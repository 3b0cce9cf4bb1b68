package dev.sluice.sense.notify;

import dev.sluice.sense.json.SenseJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Optional;

/// A bot of Telegram.
///
/// @param api the address of its API, `https://api.telegram.org/`
public record TelegramFormat(URI api, String token, String chat, AlertText words) implements HttpNotifier.Format {
    @Override
    public HttpRequest.Builder request(Alert alert) {
        URI uri = api.resolve("/bot" + token + "/sendMessage");
        return JsonFormat.post(
                uri,
                Map.of(
                        "chat_id",
                        chat,
                        "text",
                        words.whole(alert),
                        "link_preview_options",
                        Map.of("is_disabled", true)));
    }

    @Override
    public Optional<String> refusal(HttpNotifier.Answer answer) throws IOException {
        try {
            Map<String, Object> object = SenseJson.object(answer.text());
            return Boolean.TRUE.equals(object.get("ok"))
                    ? Optional.empty()
                    : Optional.of("refused: " + object.get("description"));
        } catch (IllegalArgumentException broken) {
            return Optional.of("an answer that is not Telegram's");
        }
    }
}
