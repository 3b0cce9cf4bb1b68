package dev.sluice.cluster.raft;

import dev.sluice.cluster.tls.NodeTls;
import javax.net.ssl.SSLContext;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolNames;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ClientAuth;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkSslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

/// Restricts Raft's port to nodes, and with mutual TLS to those of the cluster's authority. It uses the JDK's
/// TLS, as Ratis' own library has native code for some systems only.
public final class RaftTls {
    private RaftTls() {}

    /// @param tls null if the nodes talk in plain text
    public static Parameters of(@Nullable NodeTls tls) {
        var parameters = new Parameters();
        var nodesOnly = new NodesOnly();
        if (tls == null) {
            GrpcConfigKeys.Server.setServicesCustomizer(parameters, (builder, _) -> builder.intercept(nodesOnly));
            return parameters;
        }
        NodeTls.Parts parts = tls.parts();
        String[] protocols = parts.protocols().toArray(String[]::new);
        GrpcTlsConfig config = GrpcTlsConfig.newBuilder()
                .setKeyManager(parts.key())
                .setTrustManager(parts.trust())
                .setMutualTls(true)
                .setSslProvider(SslProvider.JDK)
                .setProtocols(protocols)
                .build();
        GrpcConfigKeys.TLS.setConf(parameters, config);
        GrpcConfigKeys.Server.setServicesCustomizer(
                parameters,
                (builder, _) -> builder.protocolNegotiator(new RefusedHandshakes(server(parts.context(), protocols)))
                        .intercept(nodesOnly));
        return parameters;
    }

    /// Builds the server's context in the way in which Ratis does from its configuration.
    private static SslContext server(SSLContext context, String[] protocols) {
        var http2 = new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2);
        return new JdkSslContext(
                context, false, null, IdentityCipherSuiteFilter.INSTANCE, http2, ClientAuth.REQUIRE, protocols, false);
    }
}
