package dev.sluice.spring.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceTemplate;
import dev.sluice.spring.access.SluiceAccess;
import dev.sluice.spring.access.SluiceGrants;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import reactor.core.publisher.Flux;

/// Streams of applications of both kinds, over sockets, with a hub that they share.
@Timeout(600)
final class StreamsTest {
    private static final Duration STOP_MAX = Duration.ofSeconds(3);

    enum Kind {
        MVC(WebApplicationType.SERVLET, Mvc.class),
        WEBFLUX(WebApplicationType.REACTIVE, Reactive.class);

        private final WebApplicationType type;
        private final Class<?> configuration;

        Kind(WebApplicationType type, Class<?> configuration) {
            this.type = type;
            this.configuration = configuration;
        }
    }

    @RestController
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Mvc {
        private final SluiceSse sse;

        Mvc(SluiceSse sse) {
            this.sse = sse;
        }

        @GetMapping("/stream")
        SseEmitter stream(HttpServletRequest request, @RequestParam(name = "of", defaultValue = "orders") String of) {
            return sse.emitter(request, of);
        }

        @GetMapping("/history")
        SseEmitter history(HttpServletRequest request) {
            return sse.emitter(request, Selection.of("orders").earliest());
        }
    }

    @RestController
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Reactive {
        private final ReactiveSluiceSse sse;

        Reactive(ReactiveSluiceSse sse) {
            this.sse = sse;
        }

        @GetMapping("/stream")
        Flux<ServerSentEvent<String>> stream(
                ServerWebExchange exchange, @RequestParam(name = "of", defaultValue = "orders") String of) {
            return sse.stream(exchange, of);
        }

        @GetMapping("/history")
        Flux<ServerSentEvent<String>> history(ServerWebExchange exchange) {
            return sse.stream(exchange, Selection.of("orders").earliest());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Guarded {
        @Bean
        SluiceAccess access() {
            return _ -> SluiceGrants.none().subscribe("orders", "rooms/{user}");
        }
    }

    private final Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();
    private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

    @BeforeEach
    void start() {
        hub.start();
    }

    @AfterEach
    void stop() {
        instances.forEach(ConfigurableApplicationContext::close);
        hub.close();
    }

    private URI instance(Kind kind) {
        return instance(kind, List.of(kind.configuration), "sluice.url=" + hub.uri());
    }

    private URI instance(Kind kind, List<Class<?>> configurations, String... properties) {
        var context = new SpringApplicationBuilder(configurations.toArray(Class<?>[]::new))
                .web(kind.type)
                .bannerMode(org.springframework.boot.Banner.Mode.OFF)
                .properties(Stream.concat(
                                Stream.of("server.port=0", "spring.reactor.netty.shutdown-quiet-period=0s"),
                                Stream.of(properties))
                        .toArray(String[]::new))
                .registerShutdownHook(false)
                .run();
        instances.add(context);
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
    }

    private static SseReader stream(URI application) throws Exception {
        return SseReader.open(application.resolve("/stream"));
    }

    @ParameterizedTest
    @EnumSource
    void bringsEventsAsTheyArePublished(Kind kind) throws Exception {
        try (var reader = stream(instance(kind)).awaitPosition()) {
            assertThat(reader.header("Content-Type")).startsWith("text/event-stream");
            assertThat(reader.header("Cache-Control")).isEqualTo("no-store");
            var id = instances
                    .getFirst()
                    .getBean(SluiceTemplate.class)
                    .to("orders")
                    .type("created")
                    .publish(Map.of("number", 7));
            assertThat(reader.next()).isEqualTo(new SseReader.Received("created", "{\"number\":7}"));
            assertThat(reader.lastEventId()).isEqualTo(id);
            hub.channel("orders").publish("  two lines,\n one indented \r\nGrüße 你好 ");
            assertThat(reader.next())
                    .isEqualTo(new SseReader.Received(null, "  two lines,\n one indented \nGrüße 你好 "));
            hub.channel("orders").publish(Message.binary("image/png", new byte[] {1, 2}));
            assertThat(reader.next().data()).isEqualTo("AQI=");
        }
    }

    @ParameterizedTest
    @EnumSource
    void missesNothingWhenTheClientMovesToAnotherInstance(Kind kind) throws Exception {
        var first = instance(kind);
        var second = instance(kind);
        var received = new ArrayList<String>();
        try (var before = stream(first).awaitPosition()) {
            publish(0, 100);
            for (int i = 0; i < 50; i++) received.add(before.next().data());
            publish(100, 200);
            try (var after = before.movedTo(second.resolve("/stream"))) {
                publish(200, 300);
                while (received.size() < 300) received.add(after.next().data());
                hub.channel("orders").publish("end");
                assertThat(after.next().data()).isEqualTo("end");
            }
        }
        assertThat(received)
                .containsExactlyElementsOf(
                        IntStream.range(0, 300).mapToObj(String::valueOf).toList());
    }

    @ParameterizedTest
    @EnumSource
    void missesNothingWhenTheInstanceStopsBeforeTheFirstEvent(Kind kind) throws Exception {
        var first = instance(kind);
        try (var before = stream(first).awaitPosition()) {
            instances.getFirst().close();
            assertThat(before.rest()).isEmpty();
            publish(0, 1);
            try (var after = before.movedTo(instance(kind).resolve("/stream"))) {
                assertThat(after.next().data()).isEqualTo("0");
            }
        }
    }

    private void publish(int from, int to) {
        for (int i = from; i < to; i++) hub.channel("orders").publish(String.valueOf(i));
    }

    @ParameterizedTest
    @EnumSource
    void stopsWithinThreeSecondsWithTenOpenStreams(Kind kind) throws Exception {
        var application = instance(kind);
        assertStopsQuickly(application);
    }

    @ParameterizedTest
    @EnumSource
    void stopsWithinThreeSecondsWithAnEmbeddedHub(Kind kind) throws Exception {
        var application = instance(kind, List.of(kind.configuration), "sluice.embedded.port=0");
        var channel = URI.create(instances.getFirst().getBean(Sluice.class).uri() + "/channels/orders?as=sse");
        try (var client = SseReader.open(channel).awaitPosition()) {
            var rest = CompletableFuture.supplyAsync(client::restUnchecked, Thread::startVirtualThread);
            assertStopsQuickly(application);
            assertThat(rest.get(60, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void stopsWithinThreeSecondsAlthoughAClientDoesNotRead(Kind kind) throws Exception {
        var application = instance(kind);
        try (var reader = stream(application).awaitPosition()) {
            var large = "x".repeat(1 << 20);
            for (int i = 0; i < 20; i++) hub.channel("orders").publish(large);
            assertThat(reader.next().data()).isEqualTo(large);

            long beganNs = System.nanoTime();
            instances.getFirst().close();
            assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(STOP_MAX);
        }
    }

    private void assertStopsQuickly(URI application) throws Exception {
        var readers = new ArrayList<SseReader>();
        for (int i = 0; i < 10; i++) readers.add(stream(application).awaitPosition());

        long beganNs = System.nanoTime();
        instances.getFirst().close();
        assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(STOP_MAX);

        for (var reader : readers) {
            assertThat(reader.rest()).isEmpty();
            reader.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void beginsWhereTheControllerSays(Kind kind) throws Exception {
        publish(0, 3);
        try (var reader = SseReader.open(instance(kind).resolve("/history"))) {
            for (int i = 0; i < 3; i++) assertThat(reader.next().data()).isEqualTo(String.valueOf(i));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsOfAGapAndOfTheEnd(Kind kind) throws Exception {
        publish(0, 1);
        var application = instance(kind);
        try (var before = stream(application).awaitPosition()) {
            hub.channel("orders").delete();
            publish(1, 2);
            assertThat(Objects.requireNonNull(before.next().type())).isEqualTo("sluice.gap");
            assertThat(before.next().data()).isEqualTo("1");
            hub.channel("orders").close();
            assertThat(before.rest()).containsExactly(new SseReader.Received("sluice.closed", "{}"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesChannelsWithoutAGrant(Kind kind) throws Exception {
        var application = instance(kind, List.of(kind.configuration, Guarded.class), "sluice.url=" + hub.uri());
        try (var permitted = stream(application).awaitPosition();
                var refused = SseReader.open(application.resolve("/stream?of=secrets"));
                var room = SseReader.open(application.resolve("/stream?of=rooms/ann"))) {
            assertThat(permitted.status()).isEqualTo(200);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(room.status()).as("nobody has logged in").isEqualTo(403);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnInvalidChannel(Kind kind) throws Exception {
        try (var refused = SseReader.open(instance(kind).resolve("/stream?of=a//b"))) {
            assertThat(refused.status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnAfterAGapForAClientWithTheIdOfAnotherServer(Kind kind) throws Exception {
        try (var reader = SseReader.open(instance(kind).resolve("/stream"), "17")) {
            assertThat(Objects.requireNonNull(reader.next().type())).isEqualTo("sluice.gap");
            publish(0, 1);
            assertThat(reader.next().data()).isEqualTo("0");
        }
    }
}
