package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// The format of a Slack incoming webhook.
public record SlackFormat(HttpUrl url, AlertText words) implements HttpNotifier.Format {
    @Override
    public Request.Builder request(Alert alert) {
        String text = "*" + escaped(words.subject(alert)) + "*\n" + escaped(words.body(alert));
        return JsonFormat.post(url, Map.of("text", text));
    }

    /// Escapes the three characters that have a meaning in Slack's markup.
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public Optional<Delivery.Failed> refusal(HttpNotifier.Answer answer) throws IOException {
        return answer.text().strip().equals("ok")
                ? Optional.empty()
                : Optional.of(new Delivery.Failed(Phrase.text("an answer other than 'ok'")));
    }
}
