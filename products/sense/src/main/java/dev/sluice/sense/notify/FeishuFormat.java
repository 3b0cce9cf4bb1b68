package dev.sluice.sense.notify;

import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// The format of a Feishu robot; outside China, Feishu is called Lark.
///
/// @param secret the secret of a robot that checks signatures; empty if it does not
public record FeishuFormat(HttpUrl url, String secret, AlertText words, InstantSource clock)
        implements HttpNotifier.Format {
    @Override
    public Request.Builder request(Alert alert) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (!secret.isEmpty()) {
            long seconds = clock.instant().getEpochSecond();
            body.put("timestamp", String.valueOf(seconds));
            // The time and the secret are the key, and the signed text is empty.
            body.put("sign", Signature.base64(seconds + "\n" + secret, ""));
        }
        body.put("msg_type", "text");
        // A text from a failed service, which the alert quotes, must not mention everyone: `<at
        // user_id="all">`.
        body.put("content", Map.of("text", words.whole(alert).replace("<at", "<\u200bat")));
        return JsonFormat.post(url, body);
    }

    @Override
    public Optional<Delivery.Failed> refusal(HttpNotifier.Answer answer) throws IOException {
        return JsonFormat.refusal(answer.text(), "code", "msg");
    }
}
