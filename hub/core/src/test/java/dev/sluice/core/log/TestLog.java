package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A log under test, with short methods for tests. Each write waits until this log has received it.
public final class TestLog implements AutoCloseable {
    public final Log log;
    public final TestClock clock;
    private final LogSubject subject;

    TestLog(LogSubject subject, Retention rule) {
        this.subject = subject;
        clock = new TestClock();
        log = subject.open(rule, clock);
    }

    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("the stage failed: " + failed, failed);
        }
    }

    /// Publishes an event and returns its id.
    public Cursor publish(String channel, String data) {
        return placed(Draft.event(new ChannelName(channel), EventType.MESSAGE, Contents.text(data)));
    }

    public Cursor publish(String channel, String type, String data) {
        return placed(Draft.event(new ChannelName(channel), type, Contents.text(data)));
    }

    public Cursor keyed(String channel, String key, String data) {
        return placed(keyedDraft(channel, EventType.MESSAGE, key, data, false));
    }

    public Cursor keyEnd(String channel, String key, String data) {
        return placed(keyedDraft(channel, EventType.MESSAGE, key, data, true));
    }

    static Draft keyedDraft(String channel, String type, String key, String data, boolean keyEnds) {
        return new Draft(new ChannelName(channel), type, EventFields.ofKey(key), Contents.text(data), keyEnds, false);
    }

    static Draft draft(String channel, @Nullable String data, boolean ends) {
        return new Draft(
                new ChannelName(channel),
                EventType.MESSAGE,
                EventFields.NONE,
                data == null ? null : Contents.text(data),
                false,
                ends);
    }

    public Cursor end(String channel) {
        return placed(Draft.end(new ChannelName(channel)));
    }

    private Cursor placed(Draft draft) {
        AppendResult appended = append(draft, Conditions.NONE);
        assertThat(appended).isInstanceOf(AppendResult.Placed.class);
        return ((AppendResult.Placed) appended).id();
    }

    public AppendResult append(Draft draft, Conditions conditions) {
        return settled(log.append(new Publication(draft, conditions)));
    }

    public List<AppendResult> appendEach(Publication... publications) {
        List<TestAppend> appends = Stream.of(publications).map(TestAppend::of).toList();
        log.writer().appendEach(appends.stream().map(TestAppend::pending).toList());
        return appends.stream().map(each -> settled(each.outcome())).toList();
    }

    public AppendResult.Batch appendAll(Publication... publications) {
        return settled(log.appendAll(List.of(publications)));
    }

    public boolean delete(String channel) {
        return settled(log.delete(new ChannelName(channel)));
    }

    public boolean forget(String channel, Cursor id) {
        return settled(log.forget(new ChannelName(channel), id));
    }

    public int forgetKey(String channel, String key) {
        return settled(log.forgetKey(new ChannelName(channel), key));
    }

    public List<RetentionLoss> changeRules(RetentionRules rules, boolean isConfirmed) {
        return settled(log.changeRules(rules, isConfirmed));
    }

    public void maintain() {
        log.maintain();
        subject.settle(log);
    }

    private <T> T settled(CompletionStage<T> stage) {
        T outcome = get(stage);
        subject.settle(log);
        return outcome;
    }

    public ChannelState channel(String name) {
        return log.channel(new ChannelName(name));
    }

    public ReadCursor locate(Start start, String... selection) {
        return get(log.locate(start, Selection.of(selection), Filter.NONE));
    }

    public ReadCursor earliest(String... selection) {
        return locate(new Start.Earliest(), selection);
    }

    public Read read(ReadCursor place, String... selection) {
        return log.read(place, Selection.of(selection), Filter.NONE, 100, 1 << 20);
    }

    /// The descriptions of everything that a reader gets up to the head, gaps as `gap of REASON`.
    public List<String> all(ReadCursor from, String... selection) {
        return all(from, Filter.NONE, selection);
    }

    public List<String> all(ReadCursor from, Filter filter, String... selection) {
        List<String> received = new ArrayList<>();
        follow(from, filter, received, selection);
        return received;
    }

    /// As [#all], and returns the reader's place afterwards.
    public ReadCursor follow(ReadCursor from, Filter filter, List<String> received, String... selection) {
        ReadCursor place = from;
        Selection selected = Selection.of(selection);
        for (int reads = 0; reads < 100_000; reads++) {
            switch (log.read(place, selected, filter, 3, 1 << 20)) {
                case Read.Batch batch -> {
                    received.addAll(Contents.describeAll(batch.entries()));
                    place = place.moved(batch.next());
                }
                case Read.Missing missing -> {
                    received.add("gap of " + missing.gap().reason());
                    assertThat(missing.gap().after()).isEqualTo(place.cursor().text());
                    assertThat(missing.gap().resume())
                            .isEqualTo(missing.resume().cursor())
                            .isGreaterThanOrEqualTo(place.cursor());
                    place = missing.resume();
                }
                case Read.CaughtUp caughtUp -> {
                    assertThat(caughtUp.at()).isGreaterThanOrEqualTo(place.cursor());
                    return place.moved(caughtUp.at());
                }
                case Read.Pending pending -> throw new AssertionError("this log keeps everything in memory");
            }
        }
        throw new AssertionError("the reader never caught up, at " + place);
    }

    @Override
    public void close() {
        log.close();
    }
}
