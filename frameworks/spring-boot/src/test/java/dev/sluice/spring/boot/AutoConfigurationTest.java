package dev.sluice.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.client.SluiceClient;
import dev.sluice.micrometer.SluiceMeters;
import dev.sluice.spring.PublishFailedException;
import dev.sluice.spring.SluiceTemplate;
import dev.sluice.spring.sse.ReactiveSluiceSse;
import dev.sluice.spring.sse.SluiceSse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

final class AutoConfigurationTest {
    private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(
            JacksonAutoConfiguration.class,
            EmbeddedHubAutoConfiguration.class,
            RemoteHubAutoConfiguration.class,
            SluiceAutoConfiguration.class);

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withConfiguration(CONFIGURATIONS);
    private final ApplicationContextRunner embedding = application.withPropertyValues("sluice.embedded.port=0");

    record Order(int number, String customer) {}

    @Test
    void publishesToTheHubOfTheUrl() {
        try (var hub = Sluice.inMemory().port(0).start()) {
            application.withPropertyValues("sluice.url=" + hub.uri()).run(context -> {
                assertThat(context).hasSingleBean(SluiceClient.class).doesNotHaveBean(Sluice.class);
                var sluice = context.getBean(SluiceTemplate.class);
                var id = sluice.to("orders").type("created").key("7").publish(new Order(7, "Ann"));
                assertThat(hub.channel("orders").latest()).contains(id);
                assertThat(context.getBean(HealthIndicator.class).health().getStatus())
                        .isEqualTo(Status.UP);
            });
        }
    }

    @Test
    void publishesWhatWasHandedOverBeforeItEnds() {
        List<CompletableFuture<String>> published = new ArrayList<>();
        try (var hub = Sluice.inMemory().port(0).start()) {
            application.withPropertyValues("sluice.url=" + hub.uri()).run(context -> {
                var orders = context.getBean(SluiceTemplate.class).to("orders");
                for (int i = 0; i < 500; i++) published.add(orders.publishLater(new Order(i, "Ann")));
            });
        }
        assertThat(published).hasSize(500).allSatisfy(each -> assertThat(each).isCompleted());
    }

    @Test
    void embedsAHubWithoutAUrl() {
        embedding.run(context -> {
            assertThat(context).hasSingleBean(Sluice.class).doesNotHaveBean(SluiceClient.class);
            var id = context.getBean(SluiceTemplate.class).publish("orders", new Order(7, "Ann"));
            assertThat(context.getBean(Sluice.class).channel("orders").latest()).contains(id);
            assertThat(context.getBean(HealthIndicator.class).health().getStatus())
                    .isEqualTo(Status.UP);
        });
    }

    @Test
    void isDownOnceItsEmbeddedHubIsClosed() {
        embedding.run(context -> {
            context.getBean(Sluice.class).close();
            assertThat(context.getBean(HealthIndicator.class).health().getStatus())
                    .isEqualTo(Status.DOWN);
        });
    }

    @Test
    void embedsAHubWithAnEmptyUrl() {
        embedding
                .withPropertyValues("sluice.url=${HUB_URL:}")
                .run(context -> assertThat(context).hasSingleBean(Sluice.class).doesNotHaveBean(SluiceClient.class));
    }

    @Test
    void isAbsentWithoutTheLibraryAndAUrl() {
        application
                .withClassLoader(new FilteredClassLoader(Sluice.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SluiceTemplate.class));
    }

    @Test
    void worksWithTheClientAlone() {
        application
                .withClassLoader(new FilteredClassLoader("dev.sluice.micrometer", "org.springframework.security"))
                .withPropertyValues("sluice.url=http://localhost:1")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(SluiceTemplate.class));
    }

    @Test
    void isDownWithoutItsHub() {
        application
                .withPropertyValues("sluice.url=http://localhost:1")
                .run(context -> assertThat(
                                context.getBean(HealthIndicator.class).health().getStatus())
                        .isEqualTo(Status.DOWN));
    }

    @Test
    void keepsEventsInItsFolder(@TempDir Path folder) {
        var durable = embedding.withPropertyValues("sluice.embedded.data=" + folder);
        var id = new String[1];
        durable.run(context -> id[0] = context.getBean(SluiceTemplate.class).publish("orders", "one"));
        durable.run(context -> assertThat(
                        context.getBean(Sluice.class).channel("orders").latest())
                .contains(id[0]));
    }

    @Test
    void appliesSettingsByTheirKeys() {
        embedding
                .withPropertyValues("sluice.settings.publish.event-max=many")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("sluice.settings.publish.event-max: "));
        embedding.withPropertyValues("sluice.settings.publish.event-max=1KiB").run(context -> {
            var sluice = context.getBean(SluiceTemplate.class);
            assertThat(sluice.publish("orders", "x".repeat(1024))).isNotEmpty();
            assertThatThrownBy(() -> sluice.publish("orders", "x".repeat(1025)))
                    .isInstanceOf(PublishFailedException.class);
        });
    }

    @Test
    void namesAnUnknownSetting() {
        embedding
                .withPropertyValues("sluice.settings.publish.event-size=1KiB")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("sluice.settings.publish.event-size: "));
        embedding
                .withPropertyValues("sluice.grants[0].to=anyone", "sluice.grants[0].subscrib=**")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("sluice.grants[0]: ")
                        .hasStackTraceContaining("subscrib"));
    }

    @Test
    void takesRulesAndGrants() {
        embedding
                .withPropertyValues(
                        "sluice.rules[0].match=prices/*",
                        "sluice.rules[0].retention.max-events=1000",
                        "sluice.rules[0].retention.keep=newest-of-key",
                        "sluice.grants[0].to=anyone",
                        "sluice.grants[0].subscribe[0]=news/**",
                        "sluice.grants[0].subscribe[1]=prices/*")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void bindsTheMetricsOfAnEmbeddedHub() {
        embedding.run(context -> {
            var registry = new SimpleMeterRegistry();
            context.getBean(SluiceMeters.class).bindTo(registry);
            assertThat(registry.find("sluice.published.events").functionCounter())
                    .isNotNull();
        });
    }

    @Test
    void hasStreamsOfTheKindOfApplication() {
        new WebApplicationContextRunner()
                .withConfiguration(CONFIGURATIONS)
                .withPropertyValues("sluice.embedded.port=0")
                .run(context ->
                        assertThat(context).hasSingleBean(SluiceSse.class).doesNotHaveBean(ReactiveSluiceSse.class));
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(CONFIGURATIONS)
                .withPropertyValues("sluice.embedded.port=0")
                .run(context -> assertThat(context)
                        .hasSingleBean(ReactiveSluiceSse.class)
                        .doesNotHaveBean(SluiceSse.class));
    }

    @Test
    void runsCustomizersBeforeTheStart() {
        embedding
                .withBean(
                        SluiceCustomizer.class,
                        () -> sluice -> sluice.grant("anyone", Map.of("subscribe", List.of("a"))))
                .run(context -> assertThat(context).hasNotFailed());
    }
}
