package dev.sluice.spring.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.SluiceClient;
import dev.sluice.spring.PublishFailedException;
import dev.sluice.spring.SluicePublication;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RemoteHubTest {
    @Test
    void failsWhatIsHandedOverAfterTheEndOfItsClient() {
        var client = SluiceClient.to("http://127.0.0.1:1");
        client.close();
        var hub = new RemoteHub(client);
        var event = new SluicePublication("orders", "text/plain", new byte[] {'x'}, null, null, null, false);

        assertThatThrownBy(() -> hub.publish(event)).isInstanceOf(PublishFailedException.class);
        assertThat(hub.publishLater(event))
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withCauseInstanceOf(PublishFailedException.class);
    }
}
