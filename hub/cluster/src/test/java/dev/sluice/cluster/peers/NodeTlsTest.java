package dev.sluice.cluster.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cluster.ClusterNode;
import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.raft.RaftTls;
import dev.sluice.cluster.tls.CurrentKey;
import dev.sluice.cluster.tls.CurrentTrust;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.cluster.tls.RefusalLog;
import dev.sluice.cluster.tls.TlsFront;
import dev.sluice.core.Ports;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.cluster.NodeCertificate;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.server.tls.CertificateAuthority;
import dev.sluice.storage.RocksLog;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcUtil;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.thirdparty.io.grpc.ConnectivityState;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node with a certificate, and clients that connect to its two ports.
final class NodeTlsTest {
    /// The first handshakes of a busy machine take longer than nodes would wait.
    private static final Duration ANSWER_TIME = Duration.ofSeconds(60);

    private static final String HOST = "127.0.0.1";
    private static final int ALERT = 0x15;
    private static final int SETTINGS_LENGTH_BYTE = 0;
    private static final Logger LOG = Logger.getLogger(RefusalLog.class.getName());

    private static final CertificateAuthority AUTHORITY = TestCertificates.authority();
    private static final CertificateAuthority OTHER = TestCertificates.authority();
    private static final NodeAddress ADDRESS = new NodeAddress(HOST, Ports.free());
    private static final TestCertificates CERTIFICATES = TestCertificates.of(AUTHORITY, HOST);

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    @AutoClose
    private static ReplicatedLog node;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeAll
    static void start() throws Exception {
        var settings = new ClusterSettings(
                ADDRESS, List.of(ADDRESS), true, TestNode.TOKEN, CERTIFICATES, Duration.ofSeconds(60), null);
        var replica = RocksLog.builder(folder.resolve("node"))
                .retention(new RetentionRules(List.of(), Retention.ALL))
                .replica();
        node = new ClusterNode(settings, replica, InstantSource.system()).open();
    }

    @BeforeEach
    void listen() {
        LOG.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        LOG.removeHandler(handler);
    }

    /// The first byte of a port's answer to the given bytes; -1 if it closes without an answer.
    private static int firstByte(Socket socket, String hello) throws IOException {
        try (socket) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(hello.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return socket.getInputStream().read();
        }
    }

    private static String hello(int port) {
        return port == ADDRESS.port()
                ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0" // With an empty SETTINGS frame.
                : "GET /status HTTP/1.1\r\nHost: node\r\n" + NodeClient.TOKEN_HEADER + ": " + TestNode.TOKEN
                        + "\r\n\r\n";
    }

    /// @param shown the presented certificate; null for none
    private static SSLSocket connect(int port, @Nullable NodeCertificate shown)
            throws IOException, GeneralSecurityException {
        NodeCertificate trusted = TestCertificates.node(AUTHORITY, HOST, Instant.now());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                shown == null ? null : new KeyManager[] {new CurrentKey(shown).manager()},
                new TrustManager[] {CurrentTrust.delegate(trusted)},
                null);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(HOST, port);
        var parameters = socket.getSSLParameters();
        if (port == ADDRESS.port()) parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private void expectLine(String reason) throws InterruptedException {
        expectLine("a connection to this node was refused from=" + HOST, reason);
    }

    /// Other lines may come before: each end of a connection has one.
    private void expectLine(String beginning, String part) throws InterruptedException {
        List<String> others = new ArrayList<>();
        for (String line = next(); line != null; line = next()) {
            if (line.startsWith(beginning) && line.contains(part)) return;
            others.add(line);
        }
        throw new AssertionError("no line '" + beginning + "…" + part + "' among " + others);
    }

    private @Nullable String next() throws InterruptedException {
        return lines.poll(60, TimeUnit.SECONDS);
    }

    private static int port(String name) {
        return name.equals("raft") ? ADDRESS.port() : ADDRESS.requestPort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"raft", "requests"})
    void bothPortsAdmitOnlyNodesOfTheCluster(String name) throws Exception {
        int port = port(name);
        var member = TestCertificates.node(AUTHORITY, "10.0.0.9", Instant.now());
        assertThat(answerTo(port, member)).isEqualTo(port == ADDRESS.port() ? SETTINGS_LENGTH_BYTE : 'H');

        expectRefusal(port, TestCertificates.node(OTHER, HOST, Instant.now()), "not of the cluster's authority");
        expectRefusal(port, null, "it showed no certificate");
        var expired = TestCertificates.node(AUTHORITY, HOST, Instant.now().minus(Duration.ofDays(2)));
        expectRefusal(port, expired, "its certificate has expired");

        int plain = firstByte(new Socket(HOST, port), hello(port));
        assertThat(plain).isIn(ALERT, -1);
        expectLine("it does not speak TLS");
    }

    private void expectRefusal(int port, @Nullable NodeCertificate shown, String reason) throws Exception {
        assertThat(answerTo(port, shown)).isEqualTo(-1);
        expectLine(reason);
    }

    /// In TLS 1.3 a client learns from its first read that it was refused.
    private static int answerTo(int port, @Nullable NodeCertificate shown) throws Exception {
        try {
            return firstByte(connect(port, shown), hello(port));
        } catch (SSLException | SocketException _) {
            return -1;
        }
    }

    /// The caller has a node's certificate and the token.
    @Test
    void refusesUnreadableProposalsDespiteANodesCertificate() throws Exception {
        NodeFile file = NodeFile.read(folder.resolve("node"));
        var peer = RaftPeer.newBuilder()
                .setId(Member.hexId(file.id()))
                .setAddress(ADDRESS.toString())
                .build();
        var group = RaftGroup.valueOf(RaftGroupId.valueOf(file.group()), peer);
        try (RaftClient client = RaftClient.newBuilder()
                .setProperties(new RaftProperties())
                .setParameters(RaftTls.of(NodeTls.of(CERTIFICATES, ADDRESS)))
                .setRaftGroup(group)
                .setRetryPolicy(RetryPolicies.noRetry())
                .build()) {
            assertThatThrownBy(() -> client.io().send(Message.valueOf("nonsense")))
                    .hasStackTraceContaining("for the nodes of the cluster only");
        }
        String proposal = "POST /proposals HTTP/1.1\r\nHost: node\r\n" + NodeClient.TOKEN_HEADER + ": " + TestNode.TOKEN
                + "\r\nContent-Length: 12\r\n\r\n\0\0\0\10nonsense";
        try (Socket socket =
                connect(ADDRESS.requestPort(), TestCertificates.node(AUTHORITY, "10.0.0.9", Instant.now()))) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(proposal.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 400".length());
            assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400");
        }
        assertThat(node.failure()).isNull();
        assertThat(node.unreadable()).isNull();
    }

    @Test
    void refusesANodeWhoseCertificateNamesAnotherHost() throws Exception {
        NodeTls tls = NodeTls.of(CERTIFICATES, ADDRESS);
        try (var client = new NodeClient(TestNode.TOKEN, tls, ANSWER_TIME)) {
            assertThat(client.status(Member.requestAddress(ADDRESS)).state()).isEqualTo(NodeStatus.State.MEMBER);
            String another = "localhost:" + ADDRESS.requestPort();
            assertThatThrownBy(() -> client.status(another)).isInstanceOf(SSLException.class);
            expectRefusalOf(another);
        }
        assertThat(raftState(tls, ADDRESS.toString())).isEqualTo(ConnectivityState.READY);
        String another = "localhost:" + ADDRESS.port();
        assertThat(raftState(tls, another)).isEqualTo(ConnectivityState.TRANSIENT_FAILURE);
        expectRefusalOf(another);
    }

    private void expectRefusalOf(String another) throws InterruptedException {
        expectLine("the certificate of another node was refused node=" + another, "localhost");
    }

    /// The outcome of a connection made as Raft does.
    private static ConnectivityState raftState(NodeTls tls, String target) throws InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forTarget(target)
                .sslContext(GrpcUtil.buildSslContextForClient(GrpcConfigKeys.TLS.conf(RaftTls.of(tls))))
                .build();
        try {
            var decided = new CountDownLatch(1);
            var state = new AtomicReference<ConnectivityState>(channel.getState(true));
            follow(channel, state, decided);
            assertThat(decided.await(60, TimeUnit.SECONDS)).isTrue();
            return state.get();
        } finally {
            channel.shutdownNow();
        }
    }

    private static void follow(
            ManagedChannel channel, AtomicReference<ConnectivityState> state, CountDownLatch decided) {
        channel.notifyWhenStateChanged(state.get(), () -> {
            state.set(channel.getState(false));
            switch (state.get()) {
                case READY, TRANSIENT_FAILURE, SHUTDOWN -> decided.countDown();
                case IDLE, CONNECTING -> follow(channel, state, decided);
            }
        });
    }

    @Test
    void aNodeDoesNotStartWithACertificateThatOthersWouldRefuse() {
        Instant now = Instant.now();
        assertThatThrownBy(() -> start(TestCertificates.node(AUTHORITY, "10.0.0.9", now)))
                .hasMessageContaining("would refuse the certificate of this one for '127.0.0.1'");
        assertThatThrownBy(() -> start(TestCertificates.node(AUTHORITY, HOST, now.minus(Duration.ofDays(2)))))
                .hasMessageContaining("has expired");
        NodeCertificate good = TestCertificates.node(AUTHORITY, HOST, now);
        assertThatThrownBy(() -> start(new NodeCertificate(good.key(), good.chain(), List.of(OTHER.certificate()))))
                .hasMessageContaining("not of the cluster's authority");
        var server = AUTHORITY.issue(CertificateAuthority.Use.SERVER, now, Duration.ofDays(1), HOST);
        assertThatThrownBy(() -> start(new NodeCertificate(server.key(), server.chain(), good.authorities())))
                .hasMessageContaining("would refuse");
    }

    private static void start(NodeCertificate certificate) throws IOException {
        NodeTls.of(TestCertificates.of(certificate), ADDRESS);
    }

    @Test
    void replacedFilesAreUsedForNewConnectionsIfTheyAreUsable() throws Exception {
        TestCertificates files = TestCertificates.of(AUTHORITY, HOST);
        var address = new NodeAddress(HOST, Ports.free());
        NodeTls tls = NodeTls.of(files, address);
        try (var server = NodeServer.start(address, TestNode.TOKEN, tls, new TestNode())) {
            assertThat(server.httpAddress().getAddress().isLoopbackAddress()).isTrue();
            try (var inside = new NodeClient(
                    TestNode.TOKEN, null, ANSWER_TIME)) { // Another process of this machine, with the token.
                String http = HOST + ":" + server.httpAddress().getPort();
                assertThatThrownBy(() -> inside.status(http)).hasMessageContaining("401");
            }
            assertThat(isServed(AUTHORITY, address)).isTrue();
            files.replace(TestCertificates.node(OTHER, HOST, Instant.now().minus(Duration.ofDays(2))));
            tls.refresh();
            assertThat(isServed(AUTHORITY, address)).isTrue();
            files.replace(TestCertificates.node(OTHER, HOST, Instant.now()));
            tls.refresh();
            assertThat(isServed(OTHER, address)).isTrue();
            assertThat(isServed(AUTHORITY, address)).isFalse();
        }
    }

    /// All of 127.0.0.0/8 is this machine, so another process may have the port of a connection of the front.
    @Test
    void knowsItsOwnConnectionsByTheirWholeAddress() throws Exception {
        var port = new InetSocketAddress(HOST, Ports.free());
        try (var behind = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                TlsFront front = TlsFront.start(
                        port, NodeTls.of(CERTIFICATES, ADDRESS), new InetSocketAddress(HOST, behind.getLocalPort()));
                SSLSocket node = connect(port.getPort(), TestCertificates.node(AUTHORITY, "10.0.0.9", Instant.now()))) {
            behind.setSoTimeout(60_000);
            node.startHandshake();
            try (Socket relayed = behind.accept()) {
                var from = (InetSocketAddress) relayed.getRemoteSocketAddress();
                assertThat(front.isOwn(from)).isTrue();
                assertThat(front.isOwn(new InetSocketAddress("127.0.0.2", from.getPort())))
                        .isFalse();
            }
        }
    }

    @Test
    @Tag("long") // Ten seconds.
    @Timeout(120)
    void limitsTheTimeForAHandshake() throws Exception {
        try (var stranger = new Socket(HOST, ADDRESS.requestPort())) {
            OutputStream out = stranger.getOutputStream();
            out.write(new byte[] {22, 3, 1, 0x40, 0}); // Begins a record of 16 KiB (RFC 8446 §5.1).
            assertThatThrownBy(() -> {
                        while (true) {
                            out.write(0);
                            TimeUnit.MILLISECONDS.sleep(500);
                        }
                    })
                    .isInstanceOf(IOException.class);
            expectLine("its handshake took too long");
        }
    }

    @Test
    @Timeout(120)
    void reportsConnectionsBeyondItsLimit() throws Exception {
        var port = new InetSocketAddress(HOST, Ports.free());
        try (var behind = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                TlsFront _ = TlsFront.start(
                        port,
                        NodeTls.of(CERTIFICATES, ADDRESS),
                        new InetSocketAddress(HOST, behind.getLocalPort()),
                        1);
                SSLSocket node = connect(port.getPort(), TestCertificates.node(AUTHORITY, HOST, Instant.now()))) {
            node.startHandshake(); // It has the only place from now on.
            assertThat(firstByte(new Socket(HOST, port.getPort()), "")).isIn(ALERT, -1);
            expectLine("a connection to this node was not accepted", "1 connections are open already");
        }
    }

    private static boolean isServed(CertificateAuthority authority, NodeAddress address) throws Exception {
        NodeTls tls = NodeTls.of(TestCertificates.of(authority, HOST), address);
        try (var client = new NodeClient("another token", tls, ANSWER_TIME)) {
            client.status(Member.requestAddress(address));
            throw new AssertionError("a request without the token was answered");
        } catch (SSLException _) {
            return false;
        } catch (IOException served) {
            assertThat(served).hasMessageContaining("401");
            return true;
        }
    }

    @Test
    void repeatedRefusalsOfAnAddressAreLoggedOnceAMinute() {
        var nanos = new AtomicLong();
        var refusals = new RefusalLog(nanos::get);
        for (int i = 0; i < 3; i++) refusals.refused("10.0.0.9", new SSLException("no"));
        refusals.refused("10.0.0.8", new SSLException("no"));
        nanos.set(Duration.ofMinutes(1).toNanos());
        refusals.refused("10.0.0.9", new SSLException("no"));
        // Connections of other tests may have lines, too.
        assertThat(lines.stream().filter(each -> each.contains("from=10.0.0.")))
                .hasSize(3)
                .first()
                .isEqualTo("a connection to this node was refused from=10.0.0.9 reason=\"no\"");
    }

    @Test
    void aRefusalByTheOtherNodeIsReportedAsSuch() {
        var alert = new SSLException("(certificate_unknown) Received fatal alert: certificate_unknown");
        assertThat(RefusalLog.sentence(alert)).isEqualTo("it refused the certificate of this node");
    }
}
