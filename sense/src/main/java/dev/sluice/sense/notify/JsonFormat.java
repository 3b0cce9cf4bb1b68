package dev.sluice.sense.notify;

import dev.sluice.sense.json.SenseJson;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Optional;

/// The format that chat services have in common: an object as JSON, sent by POST, and an object as the answer.
final class JsonFormat {
    private JsonFormat() {}

    static HttpRequest.Builder post(URI uri, Map<String, Object> body) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(SenseJson.write(body)));
    }

    /// Some services answer refusals with status 200 and a code in the body.
    ///
    /// @param code the member that is 0 if the message was accepted
    /// @param text the member with the reason
    static Optional<String> refusal(String answer, String code, String text) {
        try {
            Map<String, Object> object = SenseJson.object(answer);
            return object.get(code) instanceof Number number && number.longValue() == 0
                    ? Optional.empty()
                    : Optional.of("refused: " + object.get(code) + " " + object.get(text));
        } catch (IllegalArgumentException broken) {
            return Optional.of("an answer that is not the service's");
        }
    }
}
