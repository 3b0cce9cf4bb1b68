package dev.sluice.sense.notify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// The format of a WeCom robot.
public record WeComFormat(HttpUrl url, AlertText words) implements HttpNotifier.Format {
    private static final int BYTES_MAX = 2048;

    @Override
    public Request.Builder request(Alert alert) {
        return JsonFormat.post(url, Map.of("msgtype", "text", "text", Map.of("content", cut(words.whole(alert)))));
    }

    private static String cut(String text) {
        String cut = text;
        while (cut.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX)
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        return cut;
    }

    @Override
    public Optional<Delivery.Failed> refusal(HttpNotifier.Answer answer) throws IOException {
        return JsonFormat.refusal(answer.text(), "errcode", "errmsg");
    }
}
