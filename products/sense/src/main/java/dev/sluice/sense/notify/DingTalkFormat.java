package dev.sluice.sense.notify;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// A robot of DingTalk.
///
/// @param secret of a robot that checks signatures; empty: none
public record DingTalkFormat(HttpUrl url, String secret, AlertText words, InstantSource clock)
        implements HttpNotifier.Format {
    @Override
    public Request.Builder request(Alert alert) {
        return JsonFormat.post(signed(), Map.of("msgtype", "text", "text", Map.of("content", words.whole(alert))));
    }

    /// The signature of time and secret, with the secret as the key, is a parameter of the address.
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
