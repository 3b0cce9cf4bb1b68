package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.json.SenseJson;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// The format of a Telegram bot.
///
/// @param api the address of the API, `https://api.telegram.org/`
public record TelegramFormat(HttpUrl api, String token, String chat, AlertText words) implements HttpNotifier.Format {
    @Override
    public Request.Builder request(Alert alert) {
        HttpUrl url = Objects.requireNonNull(api.resolve("/bot" + token + "/sendMessage"));
        return JsonFormat.post(
                url,
                Map.of(
                        "chat_id",
                        chat,
                        "text",
                        words.whole(alert),
                        "link_preview_options",
                        Map.of("is_disabled", true)));
    }

    @Override
    public Optional<Delivery.Failed> refusal(HttpNotifier.Answer answer) throws IOException {
        try {
            Map<String, Object> object = SenseJson.object(answer.text());
            return Boolean.TRUE.equals(object.get("ok"))
                    ? Optional.empty()
                    : Optional.of(Delivery.Failed.refused(Phrase.text("refused: " + object.get("description"))));
        } catch (IllegalArgumentException broken) {
            return Optional.of(new Delivery.Failed(Phrase.text("an answer that is not Telegram's")));
        }
    }
}
