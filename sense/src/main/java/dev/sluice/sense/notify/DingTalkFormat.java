package dev.sluice.sense.notify;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// A robot of DingTalk.
///
/// @param secret of a robot that checks signatures; empty: none
public record DingTalkFormat(URI uri, String secret, AlertText words, InstantSource clock)
        implements HttpNotifier.Format {
    @Override
    public HttpRequest.Builder request(Alert alert) {
        return JsonFormat.post(signed(), Map.of("msgtype", "text", "text", Map.of("content", words.whole(alert))));
    }

    /// The signature of time and secret, with the secret as the key, is a parameter of the address.
    private URI signed() {
        if (secret.isEmpty()) return uri;
        long ms = clock.millis();
        String signature = URLEncoder.encode(Signature.base64(secret, ms + "\n" + secret), StandardCharsets.UTF_8);
        String separator = uri.getRawQuery() == null ? "?" : "&";
        return URI.create(uri + separator + "timestamp=" + ms + "&sign=" + signature);
    }

    @Override
    public Optional<String> refusal(HttpNotifier.Answer answer) throws IOException {
        return JsonFormat.refusal(answer.text(), "errcode", "errmsg");
    }
}
