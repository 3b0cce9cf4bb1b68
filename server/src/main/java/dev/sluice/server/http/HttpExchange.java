package dev.sluice.server.http;

import dev.sluice.core.access.AccessDenied;
import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.StreamListener;
import dev.sluice.server.net.ClientAddress;
import dev.sluice.server.net.Outlet;
import dev.sluice.server.net.TlsPipeline;
import dev.sluice.server.net.UpgradeHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A request in progress and its answer. [RequestBody] delivers the body of the one, [ResponseBody] sends the body of
/// the other; what differs between versions of HTTP is in the [ExchangeChannel].
final class HttpExchange implements Exchange {
    private static final System.Logger LOG = System.getLogger(HttpExchange.class.getName());

    /// In access logs, as nginx has it: the client disconnected before the answer.
    private static final int CLIENT_GONE = 499;

    private final ExchangeChannel connection;
    private final HttpService service;
    private final ReceivedHead head;
    private final RequestBody body;
    private @Nullable List<Runnable> closeListeners;
    private @Nullable RequestHead request;
    private @Nullable InetSocketAddress client;
    private boolean isSecure;
    private @Nullable Grant grant;

    /// When it began; 0: nobody asks.
    private final long startNs;

    // The answer.
    private @Nullable Answer early; // Waits for those of the requests before.
    private @Nullable ResponseBody sending;
    private boolean allowsPipelining;
    private boolean isIsolated;
    private boolean isAbandonable;
    private boolean over;
    private boolean clientGone;
    private boolean written;
    private boolean closesAfter; // The connection ends after this answer.

    /// @param bodyBytes       -1: unknown until the body's end
    /// @param wholeBody       null: it follows
    /// @param expectsContinue whether the client waits for `100 Continue`
    HttpExchange(
            ExchangeChannel connection,
            HttpService service,
            ReceivedHead head,
            long bodyBytes,
            byte @Nullable [] wholeBody,
            boolean expectsContinue) {
        this.connection = connection;
        this.service = service;
        this.head = head;
        this.startNs = service.listener().isLogging() ? System.nanoTime() : 0;
        this.body = new RequestBody(this, bodyBytes, wholeBody, expectsContinue);
    }

    /// The body of the request.
    RequestBody body() {
        return body;
    }

    /// The way to the client.
    ExchangeChannel connection() {
        return connection;
    }

    HttpSettings settings() {
        return service.settings();
    }

    /// Passes this request to the route, unless the policy answers it.
    ///
    /// @param problem of its head, for which it is refused and the connection ended
    void serve(Optional<Problem> problem) {
        if (problem.isPresent()) {
            refuseAndClose(problem.get());
            return;
        }
        try { // As `run` does, without an object for each request.
            handle();
        } catch (RuntimeException | Error failure) {
            failed(failure);
        }
    }

    private void handle() {
        RequestHead parsed = head.parsed();
        request = parsed;
        OriginPolicy policy = service.policy();
        InetSocketAddress peer = ClientAddress.of(connection.channel());
        ForwardedClient forwarded = policy.client(parsed, peer, TlsPipeline.isSecure(connection.channel()));
        client = forwarded.address();
        isSecure = forwarded.isSecure();
        Optional<Answer> answered = policy.answer(parsed);
        if (answered.isPresent()) answer(answered.get());
        else service.route().handle(this);
    }

    @Override
    public RequestHead request() {
        if (request == null) throw unread("it has no head");
        return request;
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
        if (client == null) throw unread("nothing tells its client");
        return client;
    }

    @Override
    public boolean isSecure() {
        if (client == null) throw unread("nothing tells its client");
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
        if (grant == null) throw new IllegalStateException("no filter has decided what this request may do");
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
        request = request().without(parameter);
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

    /// Whether the exchange is over once the client has closed its half of the connection.
    boolean isAbandonable() {
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
            case Refused refused -> refused.problem();
            case AccessDenied denied -> Problems.of(denied);
            default -> {
                LOG.log(Level.ERROR, "request failed method=" + head.method(), failure);
                yield Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.");
            }
        };
        if (!over) refuse(problem);
    }

    // --- the answer

    @Override
    public void isolate() {
        isIsolated = true;
        service.policy().crossSite(request()).ifPresent(problem -> {
            throw new Refused(problem);
        });
    }

    private Answer isolated(Answer answer) {
        return isIsolated ? answer.isolated() : answer;
    }

    @Override
    public void answer(Answer whole) {
        if (clientGone) return;
        Answer answer = request == null ? whole : Gzip.of(request, whole);
        markAnswered(answer);
        if (connection.isInTurn(this)) send(answer);
        else early = answer;
    }

    /// Sends the answer if it is there, now that all requests before are answered.
    void takeTurn() {
        Answer answer = early;
        early = null;
        if (answer != null) send(answer);
    }

    private void send(Answer answer) {
        closesAfter |= connection.endsAfterExchange() || !body.canBeSkipped();
        ChannelFuture sent = connection.whole(isolated(answer), !closesAfter);
        if (sent.isSuccess()) onAnswered(answer, true);
        else sent.addListener(_ -> onAnswered(answer, sent.isSuccess()));
        connection.advance(); // The rest of the body may be waiting, and is discarded.
    }

    private void onAnswered(Answer answer, boolean isSent) {
        written = true;
        report(answer.status(), answer.body().length);
        if (isSent) finishIfDone();
        else abort();
    }

    @Override
    public void refuse(Problem problem) {
        Optional<Answer> page =
                request == null ? Optional.empty() : service.refusals().of(request, grant, problem);
        answer(page.map(each -> each.refusing(problem)).orElseGet(() -> Answer.problem(problem)));
    }

    @Override
    public void answer(Answer head, AnswerBody content) {
        if (clientGone) {
            content.close();
            return;
        }
        requireTurn();
        if (this.head.method().equals("HEAD")) {
            answer(head.with(HeaderNames.CONTENT_LENGTH, Long.toString(content.length())));
            content.close();
            return;
        }
        markAnswered(head);
        closesAfter |= connection.endsAfterExchange() || !body.canBeSkipped();
        connection.begin(isolated(head), content.length(), !closesAfter);
        long bytes = content.length();
        sending = new ResponseBody(connection, content, whole -> {
            report(head.status(), bytes);
            sentAll(whole);
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
        return connection.framing();
    }

    @Override
    public Outlet stream(Answer head, StreamListener listener) {
        beginOutlet(head);
        return connection.stream(isolated(head), listener, UserAgent.of(request()));
    }

    @Override
    public <H extends UpgradeHandler> H upgrade(Answer head, Function<? super Outlet, H> handler) {
        beginOutlet(head);
        return connection.upgrade(isolated(head), handler, UserAgent.of(request()));
    }

    private void requireTurn() {
        if (!connection.isInTurn(this)) throw new IllegalStateException("only a whole answer may wait for its turn");
    }

    private void beginOutlet(Answer head) {
        if (clientGone) throw new IllegalStateException("the client has disconnected: check isOver() first");
        requireTurn();
        markAnswered(head);
        report(head.status(), 0);
    }

    @Override
    public void abort() {
        connection.abort();
    }

    private void markAnswered(Answer answer) {
        if (over) throw new IllegalStateException("this request has been answered already");
        over = true;
        Problem problem = answer.problem();
        if (problem != null) service.listener().refused(problem);
        closeListeners = null;
        body.discard();
    }

    /// Ends the connection after the answer, sent or to be sent.
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
    void onClientGone() {
        clientGone = true;
        if (sending != null) sending.close();
        if (early != null) report(CLIENT_GONE, 0);
        if (over) return;
        over = true;
        report(CLIENT_GONE, 0);
        body.onClientGone();
        if (closeListeners != null) closeListeners.forEach(HttpExchange::runCleanUp);
    }

    private void report(int status, long bytes) {
        if (startNs == 0) return;
        InetSocketAddress address = client == null ? ClientAddress.of(connection.channel()) : client;
        service.listener()
                .answered(new AnsweredRequest(
                        head.method(),
                        request == null ? "-" : request.path().raw(),
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
        head.allowPipelining();
    }

    boolean allowsPipelining() {
        return allowsPipelining;
    }

    @Override
    public byte @Nullable [] takeBody() {
        return body.take();
    }

    @Override
    public Flow body(BodyReader reader, Pace pace) {
        if (body.begin(reader, pace)) connection.sendContinue();
        return body;
    }

    ConnectionPhase phase() {
        if (over) {
            if (!closesAfter && body.isDiscarded()) return ConnectionPhase.BODY;
            return written ? ConnectionPhase.WORK : ConnectionPhase.ANSWER;
        }
        return body.isAwaited() ? ConnectionPhase.BODY : ConnectionPhase.WORK;
    }
}
