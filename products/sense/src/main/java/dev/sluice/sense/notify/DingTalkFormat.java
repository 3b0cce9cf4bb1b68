package dev.sluice.sense.notify;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// The format of a DingTalk robot.
///
/// @param secret the secret of a robot that checks signatures; empty if it does not
public record DingTalkFormat(HttpUrl url, String secret, AlertText words, InstantSource clock)
        implements HttpNotifier.Format {
    @Override
    public Request.Builder request(Alert alert) {
        return JsonFormat.post(signed(), Map.of("msgtype", "text", "text", Map.of("content", words.whole(alert))));
    }

    /// Adds the time and the signature to the address. The secret is both the key and a part of the signed
    /// text.
    private HttpUrl signed() {
        if (secret.isEmpty()) return url;
        long ms = clock.millis();
        return url.newBuilder()
                .addQueryParameter("timestamp", String.valueOf(ms))
                .addQueryParameter("sign", Signature.base64(secret, ms + "\n" + secret))
                .build();
    }

    @Override
    public Optional<Delivery.Failed> refusal(HttpNotifier.Answer answer) throws IOException {
        return JsonFormat.refusal(answer.text(), "errcode", "errmsg");
    }
}
