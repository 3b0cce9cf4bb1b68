package dev.sluice.mercure;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventEncoder;
import dev.sluice.EventPage;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.SseEvent;
import dev.sluice.SseStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Answers subscribers (§ "Subscription" and "Reconciliation").
final class Subscriber {
    static final String EARLIEST = "earliest";

    private static final int SELECTORS_MAX = 100;

    /// Of all patterns of a subscriber, each of which is tried for each event: together they take about a
    /// millisecond.
    private static final int CHOICES_MAX = 500;

    /// The channels that a read of the hub selects.
    private static final int CHANNELS_MAX = 64;

    private static final int PAGE = 64;

    /// Of the text that is sent at a time: a write for each update would cost more than all else.
    private static final int PIECE_CHARACTERS = 16 << 10;

    private static final int UPDATES_PART = 32;
    private static final int TEXTS_PART = 8;

    private static final String HEARTBEAT = SseEvent.comment("").text();

    private static final List<String> MATCHERS = List.of("match", "match_exact", "match_urlpattern");

    private final Sluice hub;
    private final MercureSettings settings;
    private final Topics topics;
    private final Tokens tokens;
    private final Ids ids;
    private final Subscriptions subscriptions;
    private final Duration heartbeat;
    private final EventEncoder<Optional<Update>> updates;

    /// Apart, as most subscribers of many topics get few of the updates that they compare.
    private final EventEncoder<String> texts;

    private final SendingStreams sending;

    Subscriber(
            Sluice hub,
            MercureSettings settings,
            Topics topics,
            Tokens tokens,
            Ids ids,
            Subscriptions subscriptions,
            Limits limits) {
        this.hub = hub;
        this.settings = settings;
        this.topics = topics;
        this.tokens = tokens;
        this.ids = ids;
        this.subscriptions = subscriptions;
        this.heartbeat = limits.heartbeat();
        // Encoded updates that are kept count as being sent.
        LongSupplier bytesMax = limits.bytesMax();
        this.updates = new EventEncoder<>(
                event -> Update.of(event, topics),
                update -> update.map(Update::bytes).orElse(0),
                () -> bytesMax.getAsLong() / UPDATES_PART);
        this.texts = new EventEncoder<>(
                event -> Update.of(event, topics).orElseThrow().sse(event).text(),
                text -> Character.BYTES * text.length(),
                () -> bytesMax.getAsLong() / TEXTS_PART);
        this.sending = new SendingStreams(
                () -> bytesMax.getAsLong() - bytesMax.getAsLong() / UPDATES_PART - bytesMax.getAsLong() / TEXTS_PART);
    }

    /// What a subscriber reads.
    ///
    /// @param first     emptied by the stream, which may last for days
    /// @param isResumed true if the client knows of an id after which it can resume
    /// @param isTold    true if the answer's head says that updates may be gone
    private record Reading(
            Token token,
            List<Selector> selectors,
            AtomicReference<@Nullable EventPage> first,
            boolean isResumed,
            boolean isTold) {}

    Response subscribe(Request request) throws InterruptedException {
        Optional<Token> given = tokens.of(request, settings.subscriberKey());
        if (given.isEmpty() && !settings.isAnonymous())
            throw RefusedException.of(401, "Subscribers send a token.").challenge("");
        Token token = given.orElse(Token.NONE);
        List<Selector> selectors = selectors(request);
        if (settings.hasSubscriptions()) subscriptions.requireRoom(selectors);
        Channels channels = hub.channels(channels(selectors, token));

        Optional<String> last = last(request);
        Optional<EventPage> resumed = last.isEmpty() || last.get().equals(EARLIEST)
                ? Optional.empty()
                : ids.after(last.get(), channels, PAGE);
        // An unknown id gets all there is: the client then misses nothing, and the header says so.
        Channels begin = last.isPresent() ? channels.earliest() : channels.latest();
        EventPage page = resumed.isPresent() ? resumed.get() : begin.read(PAGE, Duration.ZERO);
        boolean isComplete = resumed.isPresent() && page.gap().isEmpty();
        var first = new AtomicReference<@Nullable EventPage>(page);
        Reading reading = new Reading(token, selectors, first, last.isPresent(), last.isPresent() && !isComplete);

        Response response = Response.events(stream -> send(stream, reading))
                .header("Link", "<" + Mercure.address(request, settings.path()) + ">; rel=\"mercure\"");
        if (last.isEmpty()) return response;
        String preceding = isComplete ? inHeader(last.get()) : EARLIEST;
        return response.header("Mercure-Last-Event-ID", preceding).header("Last-Event-ID", preceding);
    }

    /// Returns the id in the header, or else the last one in the URL: readers append theirs to the URL of a page,
    /// which may have an older one. Both versions and all clients spell the parameter differently. An empty id is
    /// that of a client that has received nothing yet.
    private static Optional<String> last(Request request) {
        return request.header("Last-Event-ID")
                .filter(id -> !id.isEmpty())
                .or(() -> request.queryNames().stream()
                        .filter(name -> name.replaceAll("[-_]", "").equalsIgnoreCase("lastEventId"))
                        .flatMap(name -> request.queries(name).stream())
                        .filter(id -> !id.isEmpty())
                        .reduce((_, later) -> later));
    }

    /// An id may have any characters, a header is bytes: those of UTF-8, as browsers write `Last-Event-ID`.
    private static String inHeader(String id) {
        return new String(id.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private List<Selector> selectors(Request request) {
        URI base = Mercure.base(request, settings.path());
        List<Selector> selectors = new ArrayList<>();
        add(selectors, request.queries("topic"), Selector.TOPIC, base);
        add(selectors, request.queries("match"), Selector.EXACT, base);
        add(selectors, request.queries("match_exact"), Selector.EXACT, base);
        add(selectors, request.queries("match_urlpattern"), Selector.URL_PATTERN, base);
        // Topics decide what is read and by whom: a parameter that is not understood must not be passed over.
        for (String each : request.queryNames())
            if (each.toLowerCase(Locale.ROOT).startsWith("match") && !MATCHERS.contains(each))
                throw RefusedException.of(400, "The parameter '" + each + "' is none of " + MATCHERS + ".");
        if (selectors.isEmpty())
            throw RefusedException.of(
                    400, "Name topics with 'match' or 'match_urlpattern', in Mercure 0.x with 'topic'.");
        if (selectors.size() > SELECTORS_MAX)
            throw RefusedException.of(400, "A subscriber names at most " + SELECTORS_MAX + " topics.");
        if (selectors.stream().mapToInt(Selector::choices).sum() > CHOICES_MAX)
            throw RefusedException.of(
                    400,
                    "A subscriber's patterns have at most " + CHOICES_MAX + " names, wildcards and optional parts.");
        return selectors;
    }

    private static void add(List<Selector> selectors, List<String> texts, String type, URI base) {
        try {
            for (String each : texts) selectors.add(Selector.of(type, each, base));
        } catch (IllegalArgumentException invalid) {
            throw RefusedException.of(400, "A selector is not valid: " + invalid.getMessage());
        }
    }

    /// Returns the channels to read. A subscriber whose token permits no private updates does not read them, so
    /// that it learns of no losses among them either.
    private String[] channels(List<Selector> selectors, Token token) {
        boolean isPublic = token.subscribe().isEmpty();
        String[] all = isPublic
                ? new String[] {topics.all(false)}
                : new String[] {topics.all(false), topics.all(true), Topics.SUBSCRIPTIONS};
        Set<String> channels = new LinkedHashSet<>();
        for (Selector each : selectors) {
            if (!each.isOne()) return all;
            if (topics.isReserved(each.text())) {
                channels.add(Topics.SUBSCRIPTIONS);
                continue;
            }
            String name = topics.channel(each.text())
                    .orElseThrow(() -> RefusedException.of(400, "The topic is too long for this hub."));
            channels.add(topics.channel(name, false));
            if (!isPublic) channels.add(topics.channel(name, true));
        }
        return channels.size() > CHANNELS_MAX ? all : channels.toArray(String[]::new);
    }

    private void send(SseStream stream, Reading reading) throws InterruptedException {
        stream.raw(HEARTBEAT);
        if (settings.hasSubscriptions()) subscriptions.open(stream, reading.selectors(), reading.token());
        EventPage page = Objects.requireNonNull(reading.first().getAndSet(null), "a stream is sent once");
        UpdateFields last = null;
        long sentNs = System.nanoTime();
        boolean canResume = reading.isResumed();
        while (stream.isOpen()) {
            List<String> found = new ArrayList<>();
            for (Event each : page.events()) {
                Optional<Update> update = updates.encoded(each).filter(one -> isFor(one, reading));
                if (update.isEmpty() || update.get().fields().isCopyOf(last)) continue;
                last = update.get().fields();
                found.add(texts.encoded(each));
            }
            // Events of other topics are no sign of life.
            if (found.isEmpty() && System.nanoTime() - sentNs >= heartbeat.toNanos()) found.add(HEARTBEAT);
            // A client resumes after an update: until it has one, its stream is not closed for the sake of others.
            int uncounted = canResume || found.isEmpty() ? 0 : 1;
            if (!send(stream, found.subList(0, uncounted), reading.token())) return;
            if (!sendCounted(stream, found.subList(uncounted, found.size()), reading.token())) return;
            if (!found.isEmpty()) sentNs = System.nanoTime();
            canResume |= last != null;
            Duration wait = left(reading.token());
            if (wait.isZero()) return;
            Duration silence = Duration.ofNanos(System.nanoTime() - sentNs); // While other topics are busy.
            if (silence.compareTo(heartbeat) >= 0 || page.hasMore()) wait = Duration.ZERO;
            else if (wait.compareTo(heartbeat.minus(silence)) > 0) wait = heartbeat.minus(silence);
            // There is no wait for an event of an ended channel, which may be deleted and begin again.
            if (page.hasEnded()) Thread.sleep(wait);
            page = page.next().read(PAGE, wait);
            // The client resumes, and the next answer's head reports the loss, unless this one's has.
            if (page.gap().isPresent() && canResume && (last != null || !reading.isTold())) return;
        }
    }

    private boolean sendCounted(SseStream stream, List<String> updates, Token token) {
        if (updates.isEmpty()) return true;
        sending.begin(stream, updates);
        try {
            return send(stream, updates, token);
        } finally {
            sending.end(stream);
        }
    }

    /// @return false if the token has expired
    private boolean send(SseStream stream, List<String> updates, Token token) {
        for (int next = 0; next < updates.size(); ) {
            var piece = new StringBuilder(updates.get(next++));
            while (next < updates.size() && piece.length() + updates.get(next).length() <= PIECE_CHARACTERS)
                piece.append(updates.get(next++));
            if (left(token).isZero()) return false;
            stream.raw(piece.toString());
        }
        return true;
    }

    /// Returns how long the stream may wait for an event; zero if the token has expired.
    private Duration left(Token token) {
        if (token.expires() == null) return heartbeat;
        Duration left = Duration.between(tokens.now(), token.expires());
        if (left.isNegative()) return Duration.ZERO;
        return left.compareTo(heartbeat) < 0 ? left : heartbeat;
    }

    private static boolean isFor(Update update, Reading reading) {
        if (reading.selectors().stream().noneMatch(each -> each.matches(update.topic()))) return false;
        return !update.isPrivate() || update.fields().topics().stream().anyMatch(reading.token()::maySubscribe);
    }
}
