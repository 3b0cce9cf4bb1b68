package dev.sluice.server.http;

import dev.sluice.core.access.AccessDenied;
import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.StreamListener;
import dev.sluice.server.net.ClientAddress;
import dev.sluice.server.net.Outlet;
import dev.sluice.server.net.SocketOutlet;
import dev.sluice.server.net.TlsPipeline;
import dev.sluice.server.net.UpgradeHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The request in progress on a connection, and its answer. [RequestBody] delivers the body of the one, [ResponseBody]
/// sends the body of the other.
final class Http1Exchange implements Exchange {
    private static final System.Logger LOG = System.getLogger(Http1Exchange.class.getName());

    private final ChannelHandlerContext ctx;
    private final HttpConnection connection;
    private final Sender sender;
    private final HttpRequest head;
    private final RequestBody body;
    private final List<Runnable> closeListeners = new ArrayList<>(1);
    private @Nullable RequestHead request;
    private @Nullable ForwardedClient client;
    private @Nullable Grant grant;

    // The answer.
    private @Nullable ResponseBody sending;
    private boolean isIsolated;
    private boolean over;
    private boolean clientGone;
    private boolean written;
    private boolean closesAfter; // The connection ends after this answer.

    Http1Exchange(
            ChannelHandlerContext ctx,
            HttpConnection connection,
            Sender sender,
            HttpSettings settings,
            HttpRequest head) {
        this.ctx = ctx;
        this.connection = connection;
        this.sender = sender;
        this.head = head;
        this.body = new RequestBody(this, connection, settings, ctx.executor(), head);
    }

    /// The body of the request.
    RequestBody body() {
        return body;
    }

    /// Passes this request to a route, unless its head is invalid or the policy answers it.
    void handle(OriginPolicy policy, Route route) {
        run(() -> {
            RequestHead parsed = RequestHead.of(head);
            request = parsed;
            client = policy.client(parsed, ClientAddress.of(ctx.channel()), TlsPipeline.isSecure(ctx.channel()));
            policy.answer(parsed).ifPresentOrElse(this::answer, () -> route.handle(this));
        });
    }

    @Override
    public RequestHead request() {
        if (request == null) throw new IllegalStateException("the request could not be read, so it has no head");
        return request;
    }

    @Override
    public ScheduledExecutorService loop() {
        return ctx.channel().eventLoop();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return client().address();
    }

    @Override
    public boolean isSecure() {
        return client().isSecure();
    }

    private ForwardedClient client() {
        if (client == null)
            throw new IllegalStateException("the request could not be read, so nothing tells its client");
        return client;
    }

    @Override
    public Grant grant() {
        if (grant == null) throw new IllegalStateException("no filter has decided what this request may do");
        return grant;
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
        else if (!over) closeListeners.add(listener);
    }

    @Override
    public void run(Runnable step) {
        if (!ctx.executor().inEventLoop()) {
            try {
                ctx.executor().execute(() -> run(step));
            } catch (RejectedExecutionException stopped) {
                // The server has stopped, and the connection was closed with its event loop.
                LOG.log(Level.DEBUG, "the event loop has stopped, a step was dropped", stopped);
            }
            return;
        }
        if (over) return;
        try {
            step.run();
        } catch (Refused refused) {
            if (!over) refuse(refused.problem());
        } catch (AccessDenied denied) {
            if (!over) refuse(Problems.of(denied));
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "request failed method=" + head.method(), failure);
            if (!over)
                refuse(Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later."));
        }
    }

    // --- the answer

    @Override
    public void isolate() {
        isIsolated = true;
        FetchMetadata.refusal(request()).ifPresent(problem -> {
            throw new Refused(problem);
        });
    }

    private Answer isolated(Answer answer) {
        return isIsolated ? answer.with("Cross-Origin-Resource-Policy", "same-origin") : answer;
    }

    @Override
    public void answer(Answer answer) {
        if (clientGone) return;
        markAnswered();
        closesAfter |= connection.isEnding() || !HttpUtil.isKeepAlive(head) || !body.canBeSkipped();
        sender.whole(ctx.channel(), head, isolated(answer), !closesAfter).addListener(sent -> {
            written = true;
            if (!sent.isSuccess()) ctx.close();
            else finishIfDone();
        });
        connection.advance(); // The rest of the body may be waiting, and is discarded.
    }

    @Override
    public void answer(Answer head, AnswerBody content) {
        if (clientGone) {
            content.close();
            return;
        }
        if (this.head.method().equals(HttpMethod.HEAD)) {
            answer(head.with(HeaderNames.CONTENT_LENGTH, Long.toString(content.length())));
            content.close();
            return;
        }
        markAnswered();
        closesAfter |= connection.isEnding() || !HttpUtil.isKeepAlive(this.head) || !body.canBeSkipped();
        sender.begin(ctx.channel(), this.head, isolated(head), content.length(), !closesAfter);
        sending = new ResponseBody(ctx, content, this::sentAll);
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
        return request().isHttp10() ? BodyFraming.PLAIN : BodyFraming.CHUNKED;
    }

    @Override
    public Outlet stream(Answer head, StreamListener listener) {
        sendHead(head);
        return SocketOutlet.stream(ctx.channel(), listener);
    }

    @Override
    public <H extends UpgradeHandler> H upgrade(Answer head, Function<? super Outlet, H> handler) {
        sendHead(head);
        return SocketOutlet.upgrade(ctx.channel(), handler);
    }

    private void sendHead(Answer head) {
        if (clientGone) throw new IllegalStateException("the client has disconnected: check isOver() first");
        markAnswered();
        sender.head(ctx.channel(), this.head, isolated(head));
        connection.handOver();
    }

    @Override
    public void abort() {
        TlsPipeline.abort(ctx.channel());
    }

    private void markAnswered() {
        if (over) throw new IllegalStateException("this request has been answered already");
        over = true;
        closeListeners.clear();
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
        if (over) return;
        over = true;
        body.onClientGone();
        closeListeners.forEach(Http1Exchange::runCleanUp);
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
    public Flow body(BodyReader reader, Pace pace) {
        if (body.begin(reader, pace)) sender.sendContinue(ctx.channel());
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
