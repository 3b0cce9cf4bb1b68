/// The hub on the network. No API of its own: programs use module `dev.sluice`, for which alone packages are exported.
// The target of the qualified exports is compiled after this module. Prometheus' library names its modules in
// manifests.
@SuppressWarnings({"module", "requires-automatic"})
module dev.sluice.server {
    requires static transitive org.jspecify;
    requires transitive dev.sluice.core;
    requires transitive io.netty.buffer;
    requires com.github.benmanes.caffeine;
    requires com.nimbusds.jose.jwt;
    requires io.prometheus.metrics.config;
    requires io.prometheus.metrics.instrumentation.jvm;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires io.netty.codec;
    requires io.netty.codec.haproxy;
    requires io.netty.codec.http;
    requires io.netty.codec.http2;
    requires io.netty.common;
    requires io.netty.handler;
    requires static io.netty.tcnative.classes.openssl; // Named by Netty; without it TLS is the JDK's.
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires java.naming;
    requires java.net.http;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    opens dev.sluice.server.json to
            tools.jackson.databind; // It writes a record of ours, to load what writing JSON needs.

    exports dev.sluice.server to
            dev.sluice;
    exports dev.sluice.server.auth to
            dev.sluice;
    exports dev.sluice.server.auth.hook to
            dev.sluice;
    exports dev.sluice.server.auth.identity to
            dev.sluice;
    exports dev.sluice.server.auth.token to
            dev.sluice;
    exports dev.sluice.server.http to
            dev.sluice;
    exports dev.sluice.server.http.exchange to
            dev.sluice;
    exports dev.sluice.server.http.h1 to
            dev.sluice;
    exports dev.sluice.server.http.h2 to
            dev.sluice;
    exports dev.sluice.server.http.head to
            dev.sluice;
    exports dev.sluice.server.http.policy to
            dev.sluice;
    exports dev.sluice.server.json to
            dev.sluice;
    exports dev.sluice.server.limit to
            dev.sluice;
    exports dev.sluice.server.metrics to
            dev.sluice;
    exports dev.sluice.server.net to
            dev.sluice;
    exports dev.sluice.server.net.address to
            dev.sluice;
    exports dev.sluice.server.net.outlet to
            dev.sluice;
    exports dev.sluice.server.page to
            dev.sluice;
    exports dev.sluice.server.publish to
            dev.sluice;
    exports dev.sluice.server.reload to
            dev.sluice;
    exports dev.sluice.server.stats to
            dev.sluice;
    exports dev.sluice.server.subscribe to
            dev.sluice;
    exports dev.sluice.server.tls to
            dev.sluice;
    exports dev.sluice.server.transport to
            dev.sluice;
    exports dev.sluice.server.transport.websocket to
            dev.sluice;
}
