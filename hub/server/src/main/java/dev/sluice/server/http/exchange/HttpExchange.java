package dev.sluice.server.http.exchange;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.http.AccessLogEntry;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.BodySubscription;
import dev.sluice.server.http.ByteBufferSource;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ResponseSource;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.policy.ForwardedClient;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.net.address.ProxyHeader;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.TlsPipeline;
import dev.sluice.server.net.outlet.UpgradeHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A request in progress and its answer. [RequestBody] delivers the body of the request, [ResponseBodySender]
/// sends the body of the answer; the differences between versions of HTTP are in the [ExchangeChannel].
public final class HttpExchange implements Exchange {
    private static final System.Logger LOG = System.getLogger(HttpExchange.class.getName());

    /// The status in access logs, as in nginx, if the client disconnected before the answer.
    private static final int CLIENT_GONE = 499;

    /// The size from which a whole answer is counted: the budget of connections covers smaller ones.
    private static final int COUNTED_BYTES = 1 << 10;

    private final ExchangeChannel connection;
    private final HttpService service;
    private final RequestBody body;
    private PreparedRequest prepared;
    private RequestHead head; // Without the concealed parameters.
    private @Nullable List<Runnable> closeListeners;
    private @Nullable InetSocketAddress client;
    private boolean isSecure;
    private @Nullable Grant grant;

    /// When the exchange began; 0 if its duration is not logged.
    private final long startNs;

    // The answer.
    private @Nullable ServerResponse early; // Waits for the answers to earlier requests.
    private @Nullable ResponseBodySender sending;
    private InFlightBytes.@Nullable EvictableHolder unread; // Of a whole answer that is counted.
    private boolean allowsPipelining;
    private boolean isIsolated;
    private boolean isAbandonable;
    private boolean over;
    private boolean clientGone;
    private boolean written;
    private boolean closesAfter; // The connection ends after this answer.

    public HttpExchange(ExchangeChannel connection, HttpService service, ReceivedRequest received) {
        this.connection = connection;
        this.service = service;
        this.prepared = received.request();
        this.head = prepared.head();
        this.startNs = service.listener().isLogging() ? System.nanoTime() : 0;
        this.body = new RequestBody(this, head.framing(), received.body());
    }

    /// The body of the request.
    public RequestBody body() {
        return body;
    }

    /// The connection or stream to the client.
    ExchangeChannel connection() {
        return connection;
    }

    HttpSettings settings() {
        return service.settings();
    }

    /// Passes this request to the route, unless its head can't be read or the policy answers it.
    public void serve() {
        Problem unframed = head.framing().problem();
        if (unframed != null) {
            refuseAndClose(unframed);
            return;
        }
        Throwable unread = head.failure();
        if (unread != null) {
            failed(unread);
            return;
        }
        try { // Handles failures as `run` does, without allocating an object per request.
            handle();
        } catch (RuntimeException | Error failure) {
            failed(failure);
        }
    }

    private void handle() {
        OriginPolicy policy = service.policy();
        InetSocketAddress peer = ProxyHeader.client(connection.channel());
        ForwardedClient forwarded = policy.client(head, peer, TlsPipeline.isSecure(connection.channel()));
        client = forwarded.address();
        isSecure = forwarded.isSecure();
        // Read before the check: if the rules change during it, the next request is checked again.
        int changes = policy.changes();
        if (prepared.changes() != changes) {
            Optional<ServerResponse> answered = policy.answer(head, isSecure);
            if (answered.isPresent()) {
                answer(answered.get());
                return;
            }
            keep(prepared.accepted(changes));
        }
        service.route().handle(this);
    }

    private void keep(PreparedRequest now) {
        prepared = now;
        connection.keep(now);
    }

    @Override
    public Object prepared(Route route) {
        Object known = prepared.value();
        if (known != null && route.equals(prepared.route())) return known;
        Object derived = route.prepare(request());
        keep(prepared.by(route, derived));
        return derived;
    }

    @Override
    public RequestHead request() {
        if (head.failure() != null) throw unread("it has no head");
        return head;
    }

    private static IllegalStateException unread(String consequence) {
        return new IllegalStateException("the request could not be read, so " + consequence);
    }

    @Override
    public EventLoop loop() {
        return connection.channel().eventLoop();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        if (client == null) throw unread("its client is unknown");
        return client;
    }

    @Override
    public boolean isSecure() {
        if (client == null) throw unread("its client is unknown");
        return isSecure;
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return TlsPipeline.clientCertificates(connection.channel());
    }

    @Override
    public Grant openGrant() {
        return connection.openGrant().of(remoteAddress().getAddress());
    }

    @Override
    public Grant grant() {
        if (grant == null) throw new IllegalStateException("no filter has set the grant of this request");
        return grant;
    }

    @Override
    public boolean hasGrant() {
        return grant != null;
    }

    @Override
    public void setGrant(Grant grant) {
        this.grant = grant;
    }

    @Override
    public void conceal(String parameter) {
        head = request().without(parameter);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void closed(Runnable listener) {
        if (clientGone) listener.run();
        else if (!over) {
            if (closeListeners == null) closeListeners = new ArrayList<>(1);
            closeListeners.add(listener);
        }
    }

    @Override
    public void abandoned(Runnable listener) {
        closed(listener);
        if (over) return;
        isAbandonable = true;
        if (connection.isInputEnded()) connection.channel().close();
    }

    @Override
    public void pursue() {
        isAbandonable = false;
    }

    /// Returns true if the exchange ends when the client closes its half of the connection.
    public boolean isAbandonable() {
        return isAbandonable && !over;
    }

    @Override
    public void run(Runnable step) {
        EventLoop loop = loop();
        if (!loop.inEventLoop()) {
            try {
                loop.execute(() -> run(step));
            } catch (RejectedExecutionException stopped) {
                // The server has stopped, and the connection was closed with its event loop.
                LOG.log(Level.DEBUG, "the event loop has stopped, a step was dropped", stopped);
            }
            return;
        }
        if (over) return;
        try {
            step.run();
        } catch (RuntimeException | Error failure) {
            failed(failure);
        }
    }

    private void failed(Throwable failure) {
        Problem problem = switch (failure) {
            case ProblemException refused -> refused.problem();
            case AccessDeniedException denied -> Problems.of(denied);
            default -> {
                LOG.log(Level.ERROR, "request failed method=" + head.method().name(), failure);
                yield Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.");
            }
        };
        if (!over) refuseForRoute(problem);
    }

    /// Refuses the request in place of its route, whose listeners then end what it has begun.
    void refuseForRoute(Problem problem) {
        List<Runnable> listeners = closeListeners;
        refuse(problem);
        if (listeners != null) listeners.forEach(HttpExchange::runCleanUp);
    }

    // --- the answer

    @Override
    public void isolate() {
        isIsolated = true;
        service.policy().crossSite(request()).ifPresent(problem -> {
            throw new ProblemException(problem);
        });
    }

    private ServerResponse isolated(ServerResponse answer) {
        return isIsolated ? answer.isolated() : answer;
    }

    @Override
    public void answer(ServerResponse whole) {
        if (clientGone) return;
        ServerResponse answer = counted(head.failure() == null ? Gzip.of(head, whole) : whole);
        markAnswered(answer);
        if (connection.isInTurn(this)) send(answer);
        else early = answer;
    }

    /// Counts a large answer until its client has received it. One to a request that has changed something is never
    /// refused, because the client would repeat the request.
    ///
    /// @return in its place, if the budget is used up, a short refusal, for the same reason if the answer is one
    private ServerResponse counted(ServerResponse answer) {
        int bytes = answer.body().length;
        if (bytes < COUNTED_BYTES || answer.isShared() || isHead() || over) return answer;
        InFlightBytes budget = service.answers();
        // Once a part is sent, no refusal can follow it: the connection is closed.
        InFlightBytes.EvictableHolder holder = budget.holder(loop(), this::abort);
        // Any answer fits in, though perhaps nothing else beside it.
        long counted = Math.min(bytes, budget.bytesMax() / 4);
        if (head.method().isSafe() || answer.problem() != null) {
            Problem full = holder.tryTake(counted);
            if (full != null) return ServerResponse.problem(Objects.requireNonNullElse(answer.problem(), full));
        } else {
            holder.overdraw(counted);
        }
        holder.await();
        unread = holder;
        return answer;
    }

    private boolean isHead() {
        return head.method().equals(Method.HEAD);
    }

    private void uncount() {
        if (unread != null) unread.giveBackAll();
    }

    /// Sends the answer if it is ready. Called when all earlier requests are answered.
    public void takeTurn() {
        ServerResponse answer = early;
        early = null;
        if (answer != null) send(answer);
    }

    private void send(ServerResponse answer) {
        InFlightBytes.EvictableHolder counted = unread;
        boolean isCopied = answer.isShared() && connection.copiesUnread() && !isHead();
        if (answer.body().length > ResponseBodySender.PIECE_BYTES && (counted != null || isCopied)) {
            // In pieces, which show how fast the client reads, and of which only one is copied at a time.
            ByteBuffer all = ByteBuffer.wrap(answer.body());
            ByteBufferSource pieces = counted == null
                    ? new ByteBufferSource(all, _ -> {}, () -> {})
                    : new ByteBufferSource(all, counted::moved, counted::giveBackAll);
            send(answer, pieces);
            return;
        }
        closesAfter |= connection.endsAfter(head) || !body.canBeSkipped();
        ChannelFuture sent = connection.whole(head, isolated(answer), !closesAfter);
        if (sent.isSuccess()) onAnswered(answer, true);
        else sent.addListener(_ -> onAnswered(answer, sent.isSuccess()));
        connection.advance(); // The rest of the body may be waiting, and is discarded.
    }

    private void onAnswered(ServerResponse answer, boolean isSent) {
        written = true;
        uncount();
        report(isSent ? answer.status() : CLIENT_GONE, isSent && !isHead() ? answer.body().length : 0);
        if (isSent) finishIfDone();
        else abort();
    }

    @Override
    public void refuse(Problem problem) {
        Optional<ServerResponse> page =
                head.failure() == null ? service.refusals().of(head, grant, problem) : Optional.empty();
        answer(page.map(each -> each.refusing(problem)).orElseGet(() -> ServerResponse.problem(problem)));
    }

    @Override
    public void answer(ServerResponse answer, ResponseSource content) {
        if (clientGone) {
            content.close();
            return;
        }
        requireTurn();
        if (isHead()) {
            answer(answer.with(HeaderNames.CONTENT_LENGTH, Long.toString(content.length())));
            content.close();
            return;
        }
        markAnswered(answer);
        send(answer, content);
    }

    private void send(ServerResponse answer, ResponseSource content) {
        closesAfter |= connection.endsAfter(head) || !body.canBeSkipped();
        connection.begin(head, isolated(answer), content.length(), !closesAfter);
        long bytes = content.length();
        sending = new ResponseBodySender(connection, content, isSent -> {
            report(isSent ? answer.status() : CLIENT_GONE, bytes);
            sentAll(isSent);
        });
        sending.send();
        connection.advance(); // The rest of the body may be waiting, and is discarded.
    }

    private void sentAll(boolean whole) {
        sending = null;
        written = true;
        if (whole) finishIfDone();
        else abort();
    }

    /// Bytes of the answer's body that were written to the channel.
    long sent() {
        return sending == null ? 0 : sending.sent();
    }

    @Override
    public BodyFraming framing() {
        return connection.framing(head);
    }

    @Override
    public Outlet stream(ServerResponse answer, StreamListener listener) {
        beginOutlet(answer);
        return connection.stream(request(), isolated(answer), listener);
    }

    @Override
    public <H extends UpgradeHandler> H upgrade(ServerResponse answer, Function<? super Outlet, H> handler) {
        beginOutlet(answer);
        return connection.upgrade(request(), isolated(answer), handler);
    }

    private void requireTurn() {
        if (!connection.isInTurn(this)) throw new IllegalStateException("only a whole answer may wait for its turn");
    }

    private void beginOutlet(ServerResponse answer) {
        if (clientGone) throw new IllegalStateException("the client has disconnected: check isOver() first");
        requireTurn();
        markAnswered(answer);
        report(answer.status(), 0);
    }

    @Override
    public void abort() {
        connection.abort();
    }

    private void markAnswered(ServerResponse answer) {
        if (over) throw new IllegalStateException("this request has been answered already");
        over = true;
        Problem problem = answer.problem();
        if (problem != null) service.listener().refused(problem);
        closeListeners = null;
        body.discard();
    }

    /// Ends the connection after the answer, whether it has been sent or not.
    void closeAfterAnswer() {
        closesAfter = true;
    }

    /// Serves the next request once the answer is written and the body is over.
    void finishIfDone() {
        if (!written || clientGone) return;
        if (closesAfter) connection.end();
        else if (body.isOver()) connection.finished();
        else connection.updateReadInterest();
    }

    /// Refuses the request and ends the connection, because the beginning of the next request is unknown.
    void refuseAndClose(Problem problem) {
        closesAfter = true;
        body.abandon();
        run(() -> refuse(problem));
    }

    /// Called when the client has disconnected.
    public void onClientGone() {
        clientGone = true;
        uncount();
        if (sending != null) {
            report(CLIENT_GONE, sending.sent());
            sending.close();
        }
        if (early != null) report(CLIENT_GONE, 0);
        if (over) return;
        over = true;
        report(CLIENT_GONE, 0);
        body.onClientGone();
        if (closeListeners != null) closeListeners.forEach(HttpExchange::runCleanUp);
    }

    private void report(int status, long bytes) {
        if (startNs == 0) return;
        InetSocketAddress address = client == null ? ProxyHeader.client(connection.channel()) : client;
        service.listener()
                .answered(new AccessLogEntry(
                        head.method().name(),
                        head.path().raw(),
                        status,
                        bytes,
                        System.nanoTime() - startNs,
                        grant == null ? "" : grant.principal().name(),
                        address.getAddress() == null
                                ? "-"
                                : address.getAddress().getHostAddress()));
    }

    static void runCleanUp(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "clean-up failed", failure);
        }
    }

    // --- the connection

    @Override
    public void allowPipelining() {
        allowsPipelining = true;
    }

    public boolean allowsPipelining() {
        return allowsPipelining && head.framing().isKeepAlive();
    }

    @Override
    public byte @Nullable [] takeBody() {
        return body.take();
    }

    @Override
    public BodySubscription body(BodyReader reader, Pace pace) {
        if (body.begin(reader, pace)) connection.sendContinue();
        return body;
    }

    public ConnectionPhase phase() {
        if (over) {
            if (!closesAfter && body.isDiscarded()) return ConnectionPhase.BODY;
            return written ? ConnectionPhase.WORK : ConnectionPhase.ANSWER;
        }
        return body.isAwaited() ? ConnectionPhase.BODY : ConnectionPhase.WORK;
    }
}
