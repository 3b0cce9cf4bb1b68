package dev.sluice.server.page;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.Subscription;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Start;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.SubscribeRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The page of a channel or a selection: its newest events as text, which the script then replaces by what
/// comes.
public final class ChannelPage {
    /// As many as the script begins with.
    private static final int EVENTS = 50;

    private final Pages pages;
    private final Loops loops;
    private final Templates templates;

    public ChannelPage(Pages pages, Loops loops) {
        this.pages = pages;
        this.loops = loops;
        this.templates = pages.template("channel.html");
    }

    public void open(Exchange exchange, SubscribeRequest asked) {
        Poll poll = Poll.ask(
                loops.of(exchange.channel()),
                shown(asked.subscription()),
                EVENTS,
                Long.MAX_VALUE, // The events are in memory as they are; of each a little is written.
                0,
                asked.before(),
                result -> exchange.run(() -> answer(exchange, asked, result)));
        if (!exchange.isOver()) exchange.closed(poll::close);
    }

    /// What is asked for, or else the newest; a gap is no reason to show nothing.
    private static Subscription shown(Subscription asked) {
        boolean isLatest = asked.from() instanceof Subscription.From.At(Start.Latest());
        Subscription.From from = isLatest ? new Subscription.From.At(new Start.Last(EVENTS)) : asked.from();
        return new Subscription(asked.selection(), asked.types(), from, asked.conflate(), asked.coalesce(), false);
    }

    private void answer(Exchange exchange, SubscribeRequest asked, Poll.Result result) {
        List<Event> events = switch (result) {
            case Poll.Result.Found found -> found.events();
            // The script will say why, and try again.
            case Poll.Result.Missing _, Poll.Result.Unavailable _, Poll.Result.NoRoom _, Poll.Result.TooFar _ ->
                List.of();
        };
        Language language = Language.of(exchange.request());
        EventRows rows =
                new EventRows(pages, language, !asked.subscription().selection().isSingle());
        exchange.answer(Pages.page(templates
                .in(language)
                .fill(Map.of(
                        "language", language.tag(),
                        "name", Html.escape(title(asked.subscription().selection())),
                        "rows", rows.of(events)))));
    }

    private static String title(Selection selection) {
        return selection.patterns().stream().map(Pattern::value).collect(Collectors.joining(", "));
    }
}
