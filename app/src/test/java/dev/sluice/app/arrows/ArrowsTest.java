package dev.sluice.app.arrows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArrowsTest {
    @Test
    void modulesAndPackagesHaveOnlyAllowedDependencies() throws IOException {
        var sources = Source.all();

        assertThat(sources)
                .extracting(Source::module)
                .contains("core", "storage", "server", "library", "client-java", "demos", "app");
        assertThat(Arrows.violations(sources)).isEmpty();
    }

    /// A package that a reader can hold in mind has about thirty files. Those with more are one subject each.
    @Test
    void keepsPackagesSmall() throws IOException {
        var most = Map.of(
                "dev.sluice.client", 38, // The public API of the Java client, which its users import from one place.
                "dev.sluice.core.index",
                        33, // One data structure: lists, marks and reads that know each other's layout.
                "dev.sluice.core.delivery", 32); // The hub, its loops and their readers: one state machine.
        Map<String, Long> files = Source.all().stream()
                .filter(each -> !each.path().endsWith("package-info.java"))
                .collect(Collectors.groupingBy(Source::packageName, TreeMap::new, Collectors.counting()));
        files.entrySet().removeIf(each -> each.getValue() <= most.getOrDefault(each.getKey(), 30));
        assertThat(files).isEmpty();
    }

    /// One simple name is one type in `core`, `storage` and `server` together.
    @Test
    void giveEachTypeANameOfItsOwn() throws IOException {
        Map<String, List<Path>> files = new TreeMap<>();
        for (String module : List.of("core", "storage", "server")) {
            try (Stream<Path> found = Files.walk(Checkout.module(module).resolve("src/main/java"))) {
                found.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                        .filter(file -> !file.endsWith("module-info.java"))
                        .forEach(
                                file -> files.computeIfAbsent(file.getFileName().toString(), _ -> new ArrayList<>())
                                        .add(file));
            }
        }
        files.values().removeIf(types -> types.size() == 1);
        assertThat(files).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        core        | dev.sluice.core.log             | import io.netty.buffer.ByteBuf;                     | must not name 'io.netty.buffer.ByteBuf'
        core        | dev.sluice.core.log             | import dev.sluice.server.Hub;                       | must not name 'dev.sluice.server.Hub'
        core        | dev.sluice.core.log             | class A { dev.sluice.server.Hub hub; }              | must not name 'dev.sluice.server.Hub'
        core        | dev.sluice.core.log             | import java.nio.file.Files;                         | no files, sockets or logging
        core        | dev.sluice.core.log             | import static java.net.InetAddress.getByName;       | no files, sockets or logging
        core        | dev.sluice.core.log             | import module java.base;                            | must not name 'module java.base'
        core        | dev.sluice.server               | class A {}                                          | does not belong to module 'core'
        server      | dev.sluice.server               | import dev.sluice.client.Client;                    | must not name 'dev.sluice.client.Client'
        server      | dev.sluice.server               | import dev.sluice.app.Main;                         | must not name 'dev.sluice.app.Main'
        server      | dev.sluice.server               | import org.slf4j.Logger;                            | must not name 'org.slf4j.Logger'
        server      | dev.sluice.server.publish       | import dev.sluice.core.log.Log;                     | is behind the hub
        server      | dev.sluice.server.transport.sse | import dev.sluice.server.transport.poll.Poll;       | transports do not know each other
        server      | dev.sluice.server               | import dev.sluice.Sluice;                           | must not name 'dev.sluice.Sluice'
        server      | dev.sluice                      | class A {}                                          | does not belong to module 'server'
        server      | dev.sluice.server.publish       | import io.netty.channel.Channel;                    | stays in server.net, .http and .transport.websocket
        server      | dev.sluice.server               | import io.netty.bootstrap.ServerBootstrap;          | stays in server.net, .http and .transport.websocket
        server      | dev.sluice.server.transport.sse | import io.netty.util.concurrent.EventExecutor;      | stays in server.net, .http and .transport.websocket
        server      | dev.sluice.server.session       | import io.netty.handler.ssl.SslHandler;             | stays in server.net, .http and .transport.websocket
        server      | dev.sluice.server.publish       | import io.netty.buffer.ByteBuf;                     | stays in server.net, .http and .transport.websocket
        server      | dev.sluice.server               | import io.netty.handler.codec.http.HttpMethod;      | stays in server.net, .http and .transport.websocket
        server      | dev.sluice.server.session       | import com.nimbusds.jose.JWSObject;                 | stays in server.auth
        server      | dev.sluice.server.http          | import com.github.benmanes.caffeine.cache.Cache;    | stays in server.auth
        core        | dev.sluice.core.access          | import com.nimbusds.jose.JWSObject;                 | must not name 'com.nimbusds.jose.JWSObject'
        library     | dev.sluice.embed                | import io.netty.channel.EventLoop;                  | must not name 'io.netty.channel.EventLoop'
        library     | dev.sluice                      | import io.netty.channel.Channel;                    | the library's API must not name 'io.netty.channel.Channel'
        library     | dev.sluice                      | import dev.sluice.core.cursor.Cursor;               | the library's API must not name 'dev.sluice.core.cursor.Cursor'
        library     | dev.sluice                      | import dev.sluice.embed.route.Paths;                | the library's API must not name 'dev.sluice.embed.route.Paths'
        library     | dev.sluice.embed                | import dev.sluice.app.Main;                         | must not name 'dev.sluice.app.Main'
        server      | dev.sluice.server.subscribe     | import dev.sluice.server.http.Exchange;             | subscriptions are parsed without a connection
        core        | dev.sluice.core.log             | import dev.sluice.Sluice;                           | must not name 'dev.sluice.Sluice'
        client-java | dev.sluice.client               | import tools.jackson.core.JsonParser;               | must not name 'tools.jackson.core.JsonParser'
        client-java | dev.sluice.client               | import dev.sluice.core.event.Event;                 | must not name 'dev.sluice.core.event.Event'
        demos       | dev.sluice.demos                | import io.netty.channel.Channel;                    | must not name 'io.netty.channel.Channel'
        demos       | dev.sluice.demos                | import dev.sluice.core.event.Event;                 | must not name 'dev.sluice.core.event.Event'
        demos       | dev.sluice.demos                | import dev.sluice.server.Server;                    | must not name 'dev.sluice.server.Server'
        app         | dev.sluice.app                  | import io.netty.channel.Channel;                    | must not name 'io.netty.channel.Channel'
        wire        | dev.sluice.wire                 | import dev.sluice.core.event.Event;                 | must not name 'dev.sluice.core.event.Event'
        server      | dev.sluice.server               | import dev.sluice.wire.SseParser;                   | must not name 'dev.sluice.wire.SseParser'
        storage     | dev.sluice.storage              | import dev.sluice.server.Server;                    | must not name 'dev.sluice.server.Server'
        cluster     | dev.sluice.cluster              | import dev.sluice.server.Server;                    | must not name 'dev.sluice.server.Server'
        cluster     | dev.sluice.cluster              | import org.apache.ratis.server.RaftServer;          | stays in cluster.raft or cluster.kafka
        cluster     | dev.sluice.cluster.raft         | import org.apache.kafka.clients.admin.Admin;        | stays in cluster.raft or cluster.kafka
        storage     | dev.sluice.storage              | import org.apache.ratis.server.RaftServer;          | must not name 'org.apache.ratis.server.RaftServer'
        shards      | dev.sluice.shards               | class A {}                                          | module 'shards' has no arrows yet
        """)
    void findsForbiddenDependencies(String module, String packageName, String code, String message) {
        var source = Source.parse(module, "A.java", "package " + packageName + ";\n" + code + "\n");

        assertThat(Arrows.violations(List.of(source)))
                .singleElement()
                .asString()
                .startsWith("A.java: ")
                .contains(message);
    }

    @Test
    void acceptsAllowedDependenciesAndIgnoresComments() {
        var source = Source.parse("server", "A.java", """
                /// See [dev.sluice.app.Main]. // And dev.sluice.client.Client.
                package dev.sluice.server.transport.websocket;

                import dev.sluice.core.event.Event;
                import dev.sluice.server.transport.Wire;
                import dev.sluice.server.transport.websocket.frame.Frame;
                import io.netty.channel.Channel;
                import java.util.List;

                /* not dev.sluice.app.Main */
                final class A {}
                """);

        assertThat(source.names()).hasSize(5);
        assertThat(Arrows.violations(List.of(source))).isEmpty();
    }

    @Test
    void showsACycleOfCorePackagesStepByStep() {
        var sources = List.of(
                Source.parse("core", "A.java", "package dev.sluice.core.a;\nimport dev.sluice.core.b.B;\n"),
                Source.parse("core", "B.java", "package dev.sluice.core.b;\nimport dev.sluice.core.c.C;\n"),
                Source.parse("core", "C.java", "package dev.sluice.core.c;\nimport dev.sluice.core.b.B;\n"));

        assertThat(Arrows.violations(sources)).containsExactly("""
                core's packages go in a circle, so none can be read alone:
                    dev.sluice.core.b -> dev.sluice.core.c (B.java)
                    dev.sluice.core.c -> dev.sluice.core.b (C.java)""");
    }

    @Test
    void showsACycleOfAClustersPackages() {
        var sources = List.of(
                Source.parse("cluster", "A.java", "package dev.sluice.cluster.raft;\nimport dev.sluice.cluster.B;\n"),
                Source.parse("cluster", "B.java", "package dev.sluice.cluster;\nimport dev.sluice.cluster.raft.A;\n"));

        assertThat(Arrows.violations(sources))
                .singleElement()
                .asString()
                .startsWith("cluster's packages go in a circle");
    }

    @Test
    void permitsTheCycleOfTheApiAndItsFactory() {
        var embed = Source.parse("library", "B.java", "package dev.sluice.embed;\nimport dev.sluice.A;\n");
        var factory =
                Source.parse("library", "A.java", "package dev.sluice;\nimport dev.sluice.embed.EmbeddedSluice;\n");

        assertThat(Arrows.violations(List.of(factory, embed))).isEmpty();
    }
}
