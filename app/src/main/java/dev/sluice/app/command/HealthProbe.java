package dev.sluice.app.command;

import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.doctor.AnyCertificate;
import dev.sluice.config.Configuration;
import dev.sluice.config.ListenEntry;
import dev.sluice.config.ListenTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// A request for the state of a hub. It uses a socket, as the JDK's HTTP client takes longer to load than the
/// answer.
///
/// @param uri     the address of the probe
/// @param isLocal whether the hub is on this machine by its configuration, so that its certificate proves
///                nothing
record HealthProbe(URI uri, boolean isLocal) {
    /// The answer to a request.
    record Answer(int status, String body) {}

    private static final Pattern ANSWER = Pattern.compile("(?s)HTTP/1\\.1 ([0-9]{3}).*?\r\n\r\n(.*)");

    /// More than the answer to any probe.
    private static final int BYTES_MAX = 16 << 10;

    /// @param path relative to the hub's address
    static HealthProbe at(String hub, String path) {
        try {
            var uri = URI.create(hub.endsWith("/") ? hub : hub + "/").resolve(path);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())))
                return new HealthProbe(uri, false);
        } catch (IllegalArgumentException invalid) {
            throw noAddress(hub, invalid);
        }
        throw noAddress(hub, null);
    }

    private static CommandException noAddress(String hub, @Nullable Throwable cause) {
        return new CommandException(
                Exit.USAGE, "--url takes an address such as http://127.0.0.1:8420, not '" + hub + "'.", cause);
    }

    /// The probe of the hub that a configuration describes: its address for operators, or else its first one,
    /// among those that do not read the PROXY protocol.
    static HealthProbe of(Configuration hub, String path) {
        var entry = hub.listens().stream()
                .min(Comparator.comparing(HealthProbe::readsProxyProtocol).thenComparing(ListenEntry::isPublic));
        if (entry.isPresent()) {
            if (readsProxyProtocol(entry.get())) throw forProxies("a [[listen]] without proxy_protocol");
            var values = entry.get().values();
            return local(
                    values.get(ListenEntry.HOST),
                    values.get(ListenEntry.PORT),
                    entry.get().hasTls(),
                    path);
        }
        long adminPort = hub.get(ListenTable.ADMIN_PORT);
        if (adminPort != 0) return local(hub.get(ListenTable.ADMIN_HOST), adminPort, false, path);
        if (hub.get(ListenTable.PROXY_PROTOCOL)) throw forProxies("an admin_port");
        return local(hub.get(ListenTable.HOST), hub.get(ListenTable.PORT), hub.get(ListenTable.TLS_DEV), path);
    }

    private static boolean readsProxyProtocol(ListenEntry entry) {
        return entry.values().get(ListenEntry.PROXY_PROTOCOL);
    }

    private static CommandException forProxies(String cure) {
        return new CommandException(
                Exit.REFUSED, "The hub takes connections of proxies only: give it " + cure + " for probes.");
    }

    private static HealthProbe local(String host, long port, boolean isTls, String path) {
        if (port == 0)
            throw new CommandException(Exit.REFUSED, "The port is 0, so only the hub knows it: name it with --url.");
        var name = host.contains(":") ? "[" + host.replaceFirst("%.*", "") + "]" : host;
        return new HealthProbe(URI.create((isTls ? "https://" : "http://") + name + ":" + port + "/" + path), true);
    }

    /// Sends the request. Blocks.
    ///
    /// @param timeMax the time for each step
    Answer ask(Duration timeMax) throws IOException {
        try (var socket = connected(Math.toIntExact(timeMax.toMillis()))) {
            var request = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                    .formatted(uri.getRawPath(), isLocal ? "localhost" : uri.getRawAuthority());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var bytes = socket.getInputStream().readNBytes(BYTES_MAX);
            var answer = ANSWER.matcher(new String(bytes, StandardCharsets.UTF_8));
            if (!answer.matches()) throw new IOException("the answer is not HTTP");
            return new Answer(Integer.parseInt(answer.group(1)), answer.group(2));
        }
    }

    private Socket connected(int timeMs) throws IOException {
        var refused = new IOException("it has no address");
        for (var address : addresses()) {
            var socket = new Socket();
            try {
                socket.setSoTimeout(timeMs);
                socket.connect(new InetSocketAddress(address, port()), timeMs);
                return isTls() ? encrypted(socket, address) : socket;
            } catch (IOException failed) {
                socket.close();
                refused = failed;
                if (failed instanceof SocketTimeoutException) break;
            }
        }
        throw refused;
    }

    private boolean isTls() {
        return uri.getScheme().equals("https");
    }

    private int port() {
        if (uri.getPort() > 0) return uri.getPort();
        return isTls() ? 443 : 80;
    }

    private Socket encrypted(Socket plain, InetAddress address) throws IOException {
        boolean isVerified = !isLocal && !address.isLoopbackAddress();
        var sockets = isVerified
                ? (SSLSocketFactory) SSLSocketFactory.getDefault()
                : AnyCertificate.context().getSocketFactory();
        var socket = (SSLSocket) sockets.createSocket(plain, host(), port(), true);
        if (isVerified) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    private String host() {
        return uri.getHost().replaceAll("[\\[\\]]", "");
    }

    /// The addresses to try. A hub that listens on all interfaces is asked on loopback, which may lack IPv4 or
    /// IPv6.
    private List<InetAddress> addresses() throws UnknownHostException {
        var named = List.of(InetAddress.getAllByName(host()));
        if (named.stream().noneMatch(InetAddress::isAnyLocalAddress)) return named;
        return Stream.of("127.0.0.1", "::1")
                .map(InetAddress::ofLiteral)
                .sorted(Comparator.comparing(
                        each -> each.getClass() != named.getFirst().getClass()))
                .toList();
    }
}
