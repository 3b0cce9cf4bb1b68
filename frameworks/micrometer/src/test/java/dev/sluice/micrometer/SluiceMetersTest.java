package dev.sluice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SluiceMetersTest {
    @Test
    void showsTheFiguresOfTheHubInTheRegistryOfTheProgram() throws Exception {
        AtomicLong nowNs = new AtomicLong();
        try (Sluice sluice = Sluice.inMemory().port(0).start()) {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            new SluiceMeters(sluice, nowNs::get).bindTo(registry);
            assertThat(registry.find("sluice.streams").gauges())
                    .as("nobody reads yet")
                    .isEmpty();
            sluice.channel("news").publish("12345");
            sluice.channel("news").publish("678");
            try (InputStream reader = read(sluice.uri() + "/channels/news?as=sse&after=earliest")) {
                assertThat(reader.read()).as("a first byte").isPositive();
                assertThat(count(registry, "sluice.published.events"))
                        .as("read at most once a second")
                        .isZero();
                nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
                assertThat(count(registry, "sluice.published.events")).isEqualTo(2);
                assertThat(count(registry, "sluice.published")).isEqualTo(8);
                assertThat(registry.get("sluice.published")
                                .functionCounter()
                                .getId()
                                .getBaseUnit())
                        .isEqualTo("bytes");
                assertThat(registry.get("sluice.event.loop.delay").functionTimer())
                        .isNotNull();
                assertThat(registry.get("sluice.streams")
                                .tag("transport", "sse")
                                .gauge()
                                .value())
                        .as("a figure that there was not at the start")
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void bindsEachMetricAlsoWhereTwoDifferInTheUnitOnly() {
        try (Sluice sluice = Sluice.inMemory().port(0).start()) {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            SluiceMeters meters = new SluiceMeters(sluice);

            int before = sluice.measurements().size();
            meters.bindTo(registry);

            assertThat(registry.getMeters()).hasSizeGreaterThanOrEqualTo(before);
            assertThat(registry.get("sluice.lag.bytes").gauge().getId().getBaseUnit())
                    .isEqualTo("bytes");
            assertThat(registry.get("sluice.lag.seconds").gauge().getId().getBaseUnit())
                    .isEqualTo("seconds");
        }
    }

    private static double count(SimpleMeterRegistry registry, String name) {
        return registry.get(name).functionCounter().count();
    }

    private static InputStream read(String uri) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }
}
