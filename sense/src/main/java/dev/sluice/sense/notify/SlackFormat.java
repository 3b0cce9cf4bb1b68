package dev.sluice.sense.notify;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Optional;

/// An incoming webhook of Slack.
public record SlackFormat(URI uri, AlertText words) implements HttpNotifier.Format {
    @Override
    public HttpRequest.Builder request(Alert alert) {
        String text = "*" + escaped(words.subject(alert)) + "*\n" + escaped(words.body(alert));
        return JsonFormat.post(uri, Map.of("text", text));
    }

    /// Three characters have a meaning in its markup.
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public Optional<String> refusal(HttpNotifier.Answer answer) throws IOException {
        return answer.text().strip().equals("ok") ? Optional.empty() : Optional.of("an answer other than 'ok'");
    }
}
