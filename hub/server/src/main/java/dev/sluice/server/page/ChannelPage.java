package dev.sluice.server.page;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Start;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.subscribe.Envelopes;
import dev.sluice.server.subscribe.ParameterGroup;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.DispatcherLookup;
import dev.sluice.server.transport.Transport;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/// The page of a channel or a selection: its newest events as static rows, which the script replaces with live
/// ones.
public final class ChannelPage implements Transport {
    /// Takes every parameter: a stream's address, opened in a browser, is the page of that stream.
    public static final TransportSpec SPEC = new TransportSpec(
            "a page",
            new TransportSpec.Choice.Type("text/html", "html"),
            false,
            Envelopes.ANY,
            EnumSet.allOf(ParameterGroup.class));

    /// The number of events in the page, which is also the number that the script requests at first.
    private static final int EVENTS = 50;

    private final Pages pages;
    private final DispatcherLookup loops;
    private final long dataBytesMax;
    private final InFlightBytes inFlight;

    /// @param dataBytesMax the amount of data after which a page takes no further event
    /// @param inFlight     counts the events of pages that are being written
    public ChannelPage(Pages pages, DispatcherLookup loops, long dataBytesMax, InFlightBytes inFlight) {
        this.pages = pages;
        this.loops = loops;
        this.dataBytesMax = dataBytesMax;
        this.inFlight = inFlight;
    }

    @Override
    public TransportSpec spec() {
        return SPEC;
    }

    @Override
    public void open(Exchange exchange, SubscribeRequest request) {
        InFlightBytes.Holder budget = inFlight.holder();
        Poll poll = loops.of(exchange.loop())
                .poll(
                        exchange.grant(),
                        shown(request.subscription()),
                        EVENTS,
                        dataBytesMax, // The page shows a part of each event, but the events are read whole.
                        0,
                        request.before(),
                        more -> budget.tryTake(more) == null,
                        result -> {
                            exchange.run(() -> answer(exchange, request, result));
                            budget.giveBackAll();
                        });
        if (exchange.isOver()) return;
        exchange.closed(() -> {
            poll.close();
            budget.giveBackAll();
        });
    }

    /// The subscription for the page: it starts with the newest events unless another start is requested.
    private static SubscriptionSpec shown(SubscriptionSpec spec) {
        return switch (spec.from()) {
            case SubscriptionSpec.From.At(Start.Latest()) -> spec.from(newest(EVENTS));
            case SubscriptionSpec.From.At(Start.Last(int count)) -> spec.from(newest(Math.min(count, EVENTS)));
            default -> spec;
        };
    }

    private static SubscriptionSpec.From newest(int count) {
        return new SubscriptionSpec.From.At(new Start.Last(count));
    }

    private void answer(Exchange exchange, SubscribeRequest request, Poll.Result result) {
        List<Event> events = switch (result) {
            case Poll.Result.Found found -> found.events();
            // The script will show the reason, and retry.
            case Poll.Result.Refused _, Poll.Result.OverBudget _ -> List.of();
        };
        RequestHead head = exchange.request();
        Selection selection = request.subscription().selection();
        boolean isAll = Breadcrumb.title(selection).equals("**");
        String all = pages.message("all", Language.of(head));
        EventRows rows = new EventRows(pages, Language.of(head), !selection.isSingle());
        exchange.answer(Pages.page(
                head,
                Status.OK,
                pages.fill(
                        // The page of all channels is an entry of the navigation.
                        pages.template("channel", isAll ? "all" : "channels"),
                        head,
                        exchange.grant(),
                        isAll ? all : Breadcrumb.title(selection),
                        isAll
                                ? "<span data-t=\"all\">" + Html.escape(all) + "</span>"
                                : Breadcrumb.of(
                                        selection, Pages.root(head), pages.message("channels", Language.of(head))),
                        // Shown only if the hub knows that there is nothing: not in its place for what could not be
                        // read.
                        Map.of(
                                "rows", rows.of(events),
                                "older",
                                        events.isEmpty()
                                                ? "hidden"
                                                : "", // If it appeared later, it would move the rows.
                                "empty", isEmpty(result) ? "" : "hidden"))));
    }

    private static boolean isEmpty(Poll.Result result) {
        return result instanceof Poll.Result.Found found && found.events().isEmpty();
    }
}
