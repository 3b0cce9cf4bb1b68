package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.json.SenseJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;

/// The common format of chat services: a JSON object sent by POST, and a JSON object in the response.
final class JsonFormat {
    private JsonFormat() {}

    static Request.Builder post(HttpUrl url, Map<String, Object> body) {
        return new Request.Builder()
                .url(url)
                .header("Content-Type", "application/json; charset=utf-8")
                .post(body(SenseJson.write(body)));
    }

    /// Passed as bytes: with text, the client would choose the Content-Type.
    static RequestBody body(String json) {
        return RequestBody.create(json.getBytes(StandardCharsets.UTF_8), null);
    }

    /// Returns the refusal in a response, because some services refuse with status 200 and a code in the
    /// body.
    ///
    /// @param code the member that is 0 if the message was accepted
    /// @param text the member with the reason
    static Optional<Delivery.Failed> refusal(String answer, String code, String text) {
        try {
            Map<String, Object> object = SenseJson.object(answer);
            return object.get(code) instanceof Number number && number.longValue() == 0
                    ? Optional.empty()
                    : Optional.of(Delivery.Failed.refused(
                            Phrase.text("refused: " + object.get(code) + " " + object.get(text))));
        } catch (IllegalArgumentException broken) {
            return Optional.of(new Delivery.Failed(Phrase.text("an answer that is not the service's")));
        }
    }
}
