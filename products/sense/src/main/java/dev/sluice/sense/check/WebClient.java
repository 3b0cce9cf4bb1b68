package dev.sluice.sense.check;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.Cookie;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;

/// Sends the requests of checks and alerts as a newly started browser would: over new connections, to each
/// address of a host until one answers, following redirects. A reused connection might keep working when no
/// new visitor can connect any more.
///
/// Headers and bodies contain keys, so they are sent only to the origin (RFC 6454) for which they were given.
public final class WebClient {
    private static final System.Logger LOG = System.getLogger(WebClient.class.getName());

    /// The limit of browsers (WHATWG Fetch §4.4); the response after the last redirect is final.
    private static final int REDIRECTS_MAX = 20;

    private static final List<String> FOR_EACH_ORIGIN =
            List.of("user-agent", "accept", "accept-encoding", "connection");

    /// The number of bytes that a WebSocket may receive in a run, because the client buffers each message as
    /// a whole.
    private static final int SOCKET_BYTES_MAX = 1 << 20;

    /// The timeout of an alert; after it the service is tried again later.
    public static final Duration ALERT_TIMEOUT = Duration.ofSeconds(20);

    private static final String AGENT = "Sluice-Sense";

    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    private final OkHttpClient client;
    private final Network network;

    /// Returns a client for checks, whose timeout ends each run.
    public static WebClient forChecks(Network network) {
        return new WebClient(network, _ -> {});
    }

    /// Returns a client for alerts, whose calls end after [#ALERT_TIMEOUT]. It uses only HTTP/1.1, which
    /// every service supports.
    public static WebClient forAlerts(Network network) {
        return new WebClient(
                network,
                builder -> builder.protocols(List.of(Protocol.HTTP_1_1))
                        .callTimeout(ALERT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    }

    private WebClient(Network network, Consumer<OkHttpClient.Builder> settings) {
        this.network = network;
        var builder = new OkHttpClient.Builder()
                .dns(network.dns())
                .dispatcher(dispatcher())
                .sslSocketFactory(network.sockets(), network.trust())
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false) // A check must see the failure.
                .fastFallback(false) // It would take a platform thread for each connection.
                .readTimeout(0, TimeUnit.SECONDS) // The run itself has a timeout.
                .writeTimeout(0, TimeUnit.SECONDS);
        settings.accept(builder);
        client = builder.build();
    }

    /// Returns the dispatcher whose threads read WebSockets. The number of concurrent checks is limited
    /// elsewhere.
    private static Dispatcher dispatcher() {
        var threads = Thread.ofVirtual()
                .name("sense websocket")
                .uncaughtExceptionHandler((_, broken) -> LOG.log(Level.DEBUG, "a WebSocket failed", broken))
                .factory();
        var dispatcher = new Dispatcher(Executors.newThreadPerTaskExecutor(threads));
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        return dispatcher;
    }

    /// Sends a request.
    ///
    /// @param isFollowing whether redirects are followed
    /// @param timeout     the timeout of the run; each address of a host has its share of it to connect
    /// @return the last response, which the caller closes
    public OpenWebResponse send(Request request, boolean isFollowing, Duration timeout) throws IOException {
        // Each run has its own pool: with HTTP/2, concurrent runs of two checks would otherwise share a
        // connection.
        List<Certificates.Shown> shown = new ArrayList<>();
        OkHttpClient once = client.newBuilder()
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .addNetworkInterceptor(exchange -> {
                    shown.addAll(certificates(exchange));
                    return exchange.proceed(exchange.request());
                })
                .build();
        List<Cookie> cookies = new ArrayList<>();
        Request next = complete(request);
        for (int redirects = 0; ; redirects++) {
            Response response = sharing(timeout, once, next.url())
                    .newCall(with(cookies, next))
                    .execute();
            try {
                OpenWebResponse.requireValid(response.headers());
                keep(Cookie.parseAll(next.url(), response.headers()), cookies);
                Request redirected = isFollowing && redirects < REDIRECTS_MAX
                        ? Redirect.of(next, response).orElse(null)
                        : null;
                if (redirected == null) return new OpenWebResponse(response, shown);
                next = redirected;
            } catch (IOException | RuntimeException failed) {
                response.close();
                throw failed;
            }
            response.close();
        }
    }

    /// Opens a WebSocket over a new connection.
    ///
    /// @param timeout the timeout of the run; each address of a host has its share of it to connect
    /// @return a WebSocket whose handshake may be in progress; the caller closes or cancels it
    WebSocket open(Request request, WebSocketListener listener, Duration timeout) throws IOException {
        return sharing(timeout, client, request.url())
                .newBuilder()
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .socketFactory(new LimitedSockets(SOCKET_BYTES_MAX))
                .webSocketCloseTimeout(1, TimeUnit.SECONDS) // The other side may no longer read.
                .addInterceptor(WebClient::withoutExtensions)
                .build()
                .newWebSocket(named(request).build(), listener);
    }

    /// Offers no compression, because a small message could expand to any size.
    private static Response withoutExtensions(Interceptor.Chain exchange) throws IOException {
        Response response = exchange.proceed(
                exchange.request().newBuilder().removeHeader(EXTENSIONS).build());
        try {
            OpenWebResponse.requireValid(response.headers());
            if (response.header(EXTENSIONS) == null) return response;
            throw new ProtocolException("the server selected an extension that was not offered"); // RFC 6455 §4.1
        } catch (IOException failed) {
            response.close();
            throw failed;
        }
    }

    /// Returns a client whose connect timeout leaves time for each address of a host.
    private OkHttpClient sharing(Duration timeout, OkHttpClient once, HttpUrl url) throws IOException {
        ProxySelector proxies = once.proxySelector();
        if (proxies.select(url.uri()).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) return once;
        List<InetAddress> addresses = network.dns().lookup(url.host());
        return once.newBuilder()
                .dns(_ -> addresses)
                .connectTimeout(Math.max(1, timeout.toMillis() / Math.max(1, addresses.size())), TimeUnit.MILLISECONDS)
                .build();
    }

    private List<Certificates.Shown> certificates(Interceptor.Chain exchange) throws IOException {
        Connection connection = exchange.connection();
        if (connection == null || !(connection.socket() instanceof SSLSocket socket)) return List.of();
        String host = exchange.request().url().host();
        return network.path(List.of(socket.getSession().getPeerCertificates())).stream()
                .map(each -> new Certificates.Shown(host, each))
                .toList();
    }

    private static Request.Builder named(Request request) {
        var named = request.newBuilder();
        if (request.header("User-Agent") == null) named.header("User-Agent", AGENT);
        return named;
    }

    /// Adds the headers that every browser sends.
    private static Request complete(Request request) {
        Request.Builder complete = named(request);
        if (request.header("Accept") == null) complete.header("Accept", "*/*");
        if (request.header("Accept-Encoding") == null) complete.header("Accept-Encoding", OpenWebResponse.ENCODINGS);
        if (request.header("Connection") == null) complete.header("Connection", "close");
        return complete.build();
    }

    /// Replaces cookies with the same name, domain and path (RFC 6265 §5.3).
    private static void keep(List<Cookie> set, List<Cookie> all) {
        for (Cookie cookie : set) {
            all.removeIf(old -> old.name().equals(cookie.name())
                    && old.domain().equals(cookie.domain())
                    && old.path().equals(cookie.path()));
            if (cookie.expiresAt() > System.currentTimeMillis()) all.add(cookie);
        }
    }

    private static Request with(List<Cookie> cookies, Request request) {
        String fitting = cookies.stream()
                .filter(cookie -> cookie.matches(request.url()))
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .collect(Collectors.joining("; "));
        if (fitting.isEmpty()) return request;
        String own = request.header("Cookie");
        return request.newBuilder()
                .header("Cookie", own == null ? fitting : own + "; " + fitting)
                .build();
    }

    /// Returns true if a header may also be sent to an origin for which it was not given.
    static boolean isForEachOrigin(String header) {
        return FOR_EACH_ORIGIN.stream().anyMatch(header::equalsIgnoreCase);
    }

    static boolean isSameOrigin(HttpUrl one, HttpUrl other) {
        return one.scheme().equals(other.scheme()) && one.host().equals(other.host()) && one.port() == other.port();
    }
}
