package dev.sluice.mercure;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Sluice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Accepts updates (§ "Publication"): an update is one event of each topic's channel, in one atomic batch.
final class Publisher {

    /// Each topic costs a copy of the data, which has the names of all.
    private static final int TOPICS_MAX = 16;

    private static final int ID_MAX = 255;
    private static final Pattern RETRY = Pattern.compile("[0-9]{1,9}");

    private final Sluice hub;
    private final MercureSettings settings;
    private final Topics topics;
    private final Tokens tokens;

    Publisher(Sluice hub, MercureSettings settings, Topics topics, Tokens tokens) {
        this.hub = hub;
        this.settings = settings;
        this.topics = topics;
        this.tokens = tokens;
    }

    Response publish(Request request) {
        Token token = tokens.of(request, settings.publisherKey())
                .orElseThrow(() ->
                        RefusedException.of(401, "Publishers send a token.").challenge(""));
        Form form = form(request);
        List<String> names = topics(form);
        if (!names.stream().allMatch(token::mayPublish))
            throw RefusedException.of(403, "The token does not permit to publish to all topics of the update.")
                    .challenge("insufficient_scope");
        String own = own(form, names.size());
        byte[] data = form.first("data").orElse("").getBytes(StandardCharsets.UTF_8);
        List<BatchItem> items = items(form, data, names, own);
        String caller = token.name().isEmpty() ? "" : "mercure/" + token.name();
        Duration wait = request.takePublishes(caller, names.size(), (long) names.size() * data.length);
        if (!wait.isZero()) return tooFast(wait.toSeconds());
        if (own != null) items.add(Ids.item(own));
        String last = store(items);
        return Response.text(own == null ? Update.id(last) : own);
    }

    private static Response tooFast(long seconds) {
        return Response.problem(
                        429,
                        "This publisher sends more than the hub's limits.publishes_per_second or"
                                + " limits.publish_bytes_per_second permit. Repeat it in " + seconds + " s.")
                .header("Retry-After", "" + seconds);
    }

    private static Form form(Request request) {
        String type = request.header("Content-Type").orElse("").split(";", 2)[0].strip();
        if (!type.toLowerCase(Locale.ROOT).equals(Form.TYPE))
            throw RefusedException.of(400, "An update is a form: send it as " + Form.TYPE + ".");
        try {
            return Form.parse(request.text());
        } catch (IllegalArgumentException invalid) {
            throw RefusedException.of(400, "The form is not percent-encoded UTF-8.");
        }
    }

    private List<String> topics(Form form) {
        List<String> names = form.all("topic").stream().distinct().toList();
        if (names.isEmpty()) throw RefusedException.of(400, "An update has at least one field 'topic'.");
        if (names.size() > TOPICS_MAX)
            throw RefusedException.of(413, "An update has at most " + TOPICS_MAX + " topics.");
        for (String each : names) {
            if (!Topics.isName(each)) throw RefusedException.of(400, Topics.RULE);
            if (each.equals(Selector.ALL)) throw RefusedException.of(400, "The topic '*' stands for all topics.");
            if (topics.isReserved(each))
                throw RefusedException.of(400, "Topics at and below " + settings.path() + " are the hub's own.");
            if (topics.channel(each).isEmpty())
                throw RefusedException.of(413, "The topic has more than about 230 bytes as a channel's name.");
        }
        return names;
    }

    /// Returns the update's own id, which one of several topics needs; null if it is the event's.
    private static @Nullable String own(Form form, int topics) {
        String id = form.first("id").orElse("");
        if (id.isEmpty()) return topics == 1 ? null : "urn:uuid:" + UUID.randomUUID();
        if (!Ids.isOwn(id))
            throw RefusedException.of(
                    400, "An id does not begin with '#', is not 'earliest', and has no control or format characters.");
        if (id.length() > ID_MAX) throw RefusedException.of(413, "An id has at most " + ID_MAX + " characters.");
        return id;
    }

    private List<BatchItem> items(Form form, byte[] data, List<String> names, @Nullable String own) {
        String type = form.first("type").orElse("");
        if (type.equals(Update.RESERVED_TYPE) || !Topics.isClean(type))
            throw RefusedException.of(
                    400, "A type is not 'mercure', which is the hub's, and has no control or format characters.");
        String retry = form.first("retry").orElse("");
        if (!retry.isEmpty() && !RETRY.matcher(retry).matches())
            throw RefusedException.of(400, "The field 'retry' is a number of milliseconds, of up to 9 digits.");
        boolean isPrivate = !form.all("private").isEmpty();
        List<BatchItem> items = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            UpdateFields fields = new UpdateFields(own, names, i, retry.isEmpty() ? null : Long.valueOf(retry));
            String media = fields.isPlain() ? UpdateFields.TEXT : fields.contentType();
            Message message = Message.of(new Message.Data(Message.Kind.TEXT, media, data));
            String channel = topics.channel(topics.channel(names.get(i)).orElseThrow(), isPrivate);
            items.add(new BatchItem.Publish(channel, type.isEmpty() ? message : message.type(type)));
        }
        return items;
    }

    /// @return the id of the last event
    private String store(List<BatchItem> items) {
        try {
            return switch (hub.publishAll(items)) {
                case BatchResult.Stored stored -> stored.ids().getLast();
                case BatchResult.Refused refused -> throw refusal(refused.reason());
            };
        } catch (IllegalArgumentException invalid) {
            throw RefusedException.of(400, "The hub does not take it: " + invalid.getMessage() + ".");
        }
    }

    private static RefusedException refusal(PublishResult reason) {
        return switch (reason) {
            case PublishResult.Full(String detail) -> RefusedException.of(507, detail);
            case PublishResult.TooManyChannels(int max) ->
                RefusedException.of(507, "The log has its maximum of " + max + " channels.");
            case PublishResult.Ended _ -> RefusedException.of(409, "The channel of a topic has ended.");
            case PublishResult.Stored _,
                    PublishResult.Repeated _,
                    PublishResult.KeyReused _,
                    PublishResult.LatestDiffers _ ->
                throw new IllegalStateException("an update does not expect " + reason);
        };
    }
}
