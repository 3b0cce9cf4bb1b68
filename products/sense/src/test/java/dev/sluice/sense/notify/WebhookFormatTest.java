package dev.sluice.sense.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okio.Buffer;
import org.junit.jupiter.api.Test;

class WebhookFormatTest {
    /// The test vector that all reference libraries of Standard Webhooks share.
    @Test
    void signsAsTheReferenceLibrariesOfStandardWebhooks() {
        byte[] key = WebhookFormat.key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assertThat(Signature.base64(key, "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}"))
                .isEqualTo("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void takesASecretWithoutThePrefixAsItIs() throws Exception {
        var clock = InstantSource.fixed(Instant.ofEpochSecond(1_614_265_330));
        Request request = new WebhookFormat(HttpUrl.get("https://hooks.example/"), "change-me", AlertText.EN, clock)
                .request(TestAlert.OPENED)
                .build();
        var body = new Buffer();
        request.body().writeTo(body);
        String signed = TestAlert.OPENED.id() + ".1614265330." + body.readUtf8();
        assertThat(request.header("webhook-signature")).isEqualTo("v1," + Signature.base64("change-me", signed));
    }
}
