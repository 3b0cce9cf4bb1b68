package dev.sluice.server.transport.poll;

import dev.sluice.core.delivery.Poll;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.Refusals;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;

/// What a poll found, as JSON: `{"events":[…],"cursor":"…","more":false}`, and `"gap"` and `"closed"` where there is
/// one.
final class PollAnswer {
    private PollAnswer() {}

    static void send(Exchange exchange, Poll.Result result) {
        exchange.run(() -> {
            switch (result) {
                case Poll.Result.Found found -> exchange.answer(answer(exchange, found));
                case Poll.Result.Missing(var gap) -> throw Refusals.gap(gap);
                case Poll.Result.Unavailable(String why) -> throw Refusals.unavailable(why);
            }
        });
    }

    private static Answer answer(Exchange exchange, Poll.Result.Found found) {
        String etag = '"' + tag(found) + '"';
        Answer answer = isKnown(exchange, etag)
                ? Answer.empty(HttpResponseStatus.NOT_MODIFIED)
                : Answer.of(HttpResponseStatus.OK, "application/json", Unpooled.wrappedBuffer(json(found)));
        return answer.with(HttpHeaderNames.ETAG, etag)
                .with(HttpStream.CURSOR, found.begin().text());
    }

    /// The same question with the same cursor behind it has the same answer, but for data that was forgotten meanwhile,
    /// which leaves all cursors as they are.
    private static String tag(Poll.Result.Found found) {
        long forgotten = found.events().stream().filter(Event::isForgotten).count();
        return found.cursor().text() + (forgotten == 0 ? "" : "~" + forgotten);
    }

    private static boolean isKnown(Exchange exchange, String etag) {
        for (String header : exchange.request().headers().getAll(HttpHeaderNames.IF_NONE_MATCH)) {
            for (String each : header.split(",", -1)) {
                String tag = each.strip();
                // Weak comparison (RFC 9110 §13.1.2): a cache may have weakened it on the way.
                if (tag.equals(etag) || tag.equals("W/" + etag) || tag.equals("*")) return true;
            }
        }
        return false;
    }

    private static byte[] json(Poll.Result.Found found) {
        Bytes out = new Bytes();
        out.text("{\"events\":[");
        boolean first = true;
        for (Event event : found.events()) {
            if (!first) out.write(',');
            first = false;
            JsonMessages.event(event, out);
        }
        out.text("],\"cursor\":\"").text(found.cursor().text()).text("\",\"more\":" + found.more());
        if (found.gap() != null) out.text(",\"gap\":").text(JsonMessages.gap(found.gap()));
        if (found.closed()) out.text(",\"closed\":true");
        out.text("}\n");
        return out.toByteArray();
    }
}
