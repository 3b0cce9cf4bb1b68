package dev.sluice.sense.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.notify.Alert.Kind;
import dev.sluice.sense.state.StateEvent.Ending;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.DatabaseException;
import dev.sluice.server.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OutboxTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final Database database = Database.inMemory();
    private final OutboxStore store = new OutboxStore(database);
    private Instant now = BEGIN;

    private Alert alert(OutboxEntry entry) {
        return new Alert(
                entry.kind(),
                null,
                "abc",
                entry.incident(),
                "shop",
                "shop",
                new Failure("status 2xx", "503"),
                BEGIN,
                BEGIN,
                Duration.between(entry.created(), now),
                null);
    }

    /// Opens an incident and returns its id.
    private long incident() {
        return new IncidentLog(database)
                .open("shop", BEGIN, BEGIN, new Failure("status 2xx", "503"))
                .id();
    }

    @Test
    void givesUpTheOldestAlertsOfANotifierForWhichTooManyWait() {
        var incidents = new IncidentLog(database);
        database.transaction(() -> {
            for (int i = 0; i < OutboxStore.WAITING_MAX + 2; i++) {
                long id = incidents
                        .open("shop", BEGIN, BEGIN, new Failure("a", "b"))
                        .id();
                incidents.close("shop", Ending.RECOVERED, BEGIN);
                store.add(id, Kind.OPENED, "ops", BEGIN);
            }
        });
        store.add(1, Kind.OPENED, "chat", BEGIN);

        assertThat(store.giveUpOldest(store.waiting(), BEGIN)).isEqualTo(2);
        assertThat(store.waiting()).isEqualTo(Map.of("ops", (long) OutboxStore.WAITING_MAX, "chat", 1L));
        assertThat(store.next("ops"))
                .hasValueSatisfying(entry -> assertThat(entry.incident()).isEqualTo(3));
        assertThat(store.ofIncident(1)).extracting(OutboxEntry::problem).contains(Phrase.of("too-many-waited"));
        assertThat(store.giveUpOldest(store.waiting(), BEGIN)).isZero();
    }

    @Test
    void holdsAClosingUntilItsOpeningIsSentAndNoOtherAlert() {
        var incidents = new IncidentLog(database);
        long id = incidents.open("shop", BEGIN, BEGIN, new Failure("a", "b")).id();
        store.add(id, Kind.OPENED, "ops", BEGIN);
        store.failed(store.next("ops").orElseThrow(), Phrase.of("status", "503"), Duration.ZERO, BEGIN.plusSeconds(60));
        store.add(id, Kind.CLOSED, "ops", BEGIN.plusSeconds(1)); // Due before its opening is retried.
        assertThat(store.next("ops")).map(OutboxEntry::kind).contains(Kind.OPENED);

        long other = incidents.open("mail", BEGIN, BEGIN, new Failure("a", "b")).id();
        store.add(other, Kind.OPENED, "ops", BEGIN.plusSeconds(2));
        assertThat(store.next("ops")).map(OutboxEntry::incident).contains(other);
        store.sent(store.next("ops").orElseThrow(), BEGIN.plusSeconds(3));
        store.sent(store.next("ops").orElseThrow(), BEGIN.plusSeconds(61));
        assertThat(store.next("ops")).map(OutboxEntry::kind).contains(Kind.CLOSED);
    }

    @Test
    void deliversOnceInOrderAndSaysThatItIsLateWhenAServiceWasDownForAnHour() throws Exception {
        var incidents = new IncidentLog(database);
        long id = incidents
                .open("shop", BEGIN, BEGIN, new Failure("status 2xx", "503"))
                .id();
        store.add(id, Kind.OPENED, "ops", BEGIN);
        Instant back = BEGIN.plus(Duration.ofHours(1));
        List<String> attempts = new ArrayList<>();
        List<Alert> accepted = new ArrayList<>();
        Notifier service = alert -> {
            attempts.add(alert.id());
            if (now.isBefore(back)) return new Delivery.Failed(Phrase.of("status", "503"));
            accepted.add(alert);
            return new Delivery.Accepted();
        };
        List<OutboxEntry> seen = new ArrayList<>();
        var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), seen::add, () -> now);
        while (accepted.size() < 2) {
            Optional<Instant> next = outbox.deliverNext("ops", service);
            if (next.isPresent()) now = next.get();
            if (now.isAfter(BEGIN.plus(Duration.ofMinutes(20)))
                    && incidents.openOf("shop").isPresent()) {
                incidents.close("shop", Ending.RECOVERED, now); // While no alert can be delivered.
                store.add(id, Kind.CLOSED, "ops", now);
            }
        }
        assertThat(outbox.deliverNext("ops", service)).isEmpty();
        assertThat(accepted.stream().map(Alert::id)).containsExactly("abc-1-opened", "abc-1-closed");
        assertThat(accepted).allMatch(Alert::isLate);
        assertThat(now).isBetween(back, back.plus(Duration.ofMinutes(5)));
        // 1 s to 256 s, then every five minutes, so an hour without the service does not end in a flood.
        assertThat(attempts).hasSizeBetween(18, 22);
        assertThat(seen).hasSize(attempts.size()).last().matches(OutboxEntry::isSent);
    }

    @Test
    void sendsNothingAgainThatWasAcceptedWhileTheDiskWasFull() throws Exception {
        long id = incident();
        store.add(id, Kind.OPENED, "ops", BEGIN);
        database.change("create trigger full before update on outbox begin select raise(abort, 'full'); end");
        List<Alert> sent = new ArrayList<>();
        Notifier service = alert -> {
            sent.add(alert);
            return new Delivery.Accepted();
        };
        var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now);
        for (int i = 0; i < 3; i++)
            assertThatThrownBy(() -> outbox.deliverNext("ops", service)).isInstanceOf(DatabaseException.class);
        database.change("drop trigger full");
        outbox.deliverNext("ops", service);
        assertThat(sent).hasSize(1);
        assertThat(store.ofIncident(id)).singleElement().matches(OutboxEntry::isSent);
    }

    /// With one alert at a time and a second for each, the last of 5,000 alerts would be sent after more than
    /// an hour.
    @Test
    @Timeout(60)
    void sendsSeveralAtOnceEachOnceAndTheEndOfAnIncidentAfterItsBeginning() throws Exception {
        int count = 200;
        var incidents = new IncidentLog(database);
        database.transaction(() -> {
            for (int i = 0; i < count; i++) {
                long id = incidents
                        .open("c" + i, BEGIN, BEGIN, new Failure("a", "b"))
                        .id();
                store.add(id, Kind.OPENED, "ops", BEGIN);
                store.add(id, Kind.CLOSED, "ops", BEGIN);
            }
        });
        List<String> sent = new CopyOnWriteArrayList<>();
        var present = new AtomicInteger();
        var all = new CountDownLatch(1);
        var ended = new CountDownLatch(2 * count);
        Notifier service = alert -> {
            sent.add(alert.id());
            if (present.incrementAndGet() == 8) all.countDown(); // The first ones wait for each other.
            all.await();
            assertThat(present.getAndDecrement()).isLessThanOrEqualTo(8);
            return new Delivery.Accepted();
        };
        try (var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), _ -> ended.countDown(), () -> now)) {
            outbox.put("ops", service);
            ended.await();
        }
        assertThat(sent).doesNotHaveDuplicates().hasSize(2 * count);
        for (int i = 1; i <= count; i++)
            assertThat(sent.indexOf("abc-" + i + "-closed")).isGreaterThan(sent.indexOf("abc-" + i + "-opened"));
        assertThat(store.waiting()).isEmpty();
    }

    /// A mail server may take ten seconds for a message, and accept it after all.
    @Test
    @Timeout(60)
    void repeatsNoAlertWhoseNotifierIsChangedOrStoppedWhileItIsSent() throws Exception {
        long id = incident();
        for (Kind kind : List.of(Kind.OPENED, Kind.CLOSED)) {
            store.add(id, kind, "ops", BEGIN);
            List<String> sent = new CopyOnWriteArrayList<>();
            var begun = new CountDownLatch(1);
            var answer = new CountDownLatch(1);
            Notifier slow = alert -> {
                sent.add(alert.id());
                begun.countDown();
                answer.await();
                return new Delivery.Accepted();
            };
            var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now);
            outbox.put("ops", slow);
            begun.await();
            if (kind == Kind.OPENED) outbox.put("ops", slow);
            Thread closing = Thread.ofVirtual().start(outbox::close);
            Await.that(() -> closing.getState() == Thread.State.TIMED_WAITING || !closing.isAlive());
            answer.countDown();
            closing.join();
            assertThat(sent).hasSize(1);
            assertThat(store.ofIncident(id)).allMatch(OutboxEntry::isSent);
        }
    }

    @Test
    void doesNotReviveAnAlertThatWasGivenUpWhileItWasSent() throws Exception {
        long id = incident();
        store.add(id, Kind.OPENED, "ops", BEGIN);
        Notifier removed = _ -> {
            store.giveUp("ops", now);
            return new Delivery.Failed(Phrase.of("status", "503"));
        };
        new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now).deliverNext("ops", removed);
        assertThat(store.ofIncident(id)).noneMatch(OutboxEntry::isWaiting);
    }

    /// Otherwise each delivery sorts all pending entries: thousands after the service was down for an hour.
    @Test
    void findsTheNextEntryByAnIndexHoweverManyWait() {
        List<String> plan =
                database.list("explain query plan " + OutboxStore.NEXT, row -> row.getString("detail"), "ops", 9);
        assertThat(plan).first().asString().contains("USING INDEX outbox_due");
        assertThat(plan).last().asString().contains("(incident=?"); // Of two entries, and not of all pending ones.
        assertThat(plan).noneMatch(step -> step.contains("TEMP B-TREE") || step.startsWith("SCAN"));
    }

    /// The page of notifiers runs this query over all alerts that were ever sent.
    @Test
    void findsTheLastSuccessByAnIndexHoweverManyAlertsWereSent() {
        List<String> plan =
                database.list("explain query plan " + OutboxStore.LAST_SENT, row -> row.getString("detail"), "ops");
        assertThat(plan).singleElement().asString().contains("USING INDEX outbox_sent (notifier=?)");
    }

    @Test
    void givesUpThePendingAlertsOfARemovedNotifier() {
        long id = incident();
        store.add(id, Kind.OPENED, "gone", BEGIN);
        try (var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now)) {
            outbox.wake();
        }
        assertThat(store.waiting()).isEmpty();
        assertThat(store.ofIncident(id)).singleElement().matches(entry -> !entry.isSent() && !entry.isWaiting());
    }

    @Test
    void triesAgainSoonAfterTheClockWasSetBack() throws Exception {
        long id = incident();
        store.add(id, Kind.OPENED, "ops", BEGIN);
        List<Alert> attempts = new ArrayList<>();
        Notifier service = alert -> {
            attempts.add(alert);
            return attempts.size() < 3 ? new Delivery.Failed(Phrase.of("status", "503")) : new Delivery.Accepted();
        };
        var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now);
        outbox.deliverNext("ops", service);
        outbox.deliverNext("ops", service);
        assertThat(attempts).as("not due").hasSize(1);
        now = BEGIN.minus(Duration.ofHours(1));
        outbox.deliverNext("ops", service);
        assertThat(attempts).hasSize(2);
    }

    /// A chat that accepts one message a second answers a burst with 429 and the seconds to wait.
    @Test
    void leavesAServiceAloneForAsLongAsItAsksAndLosesNothing() throws Exception {
        var incidents = new IncidentLog(database);
        for (String check : List.of("shop", "mail", "db"))
            store.add(incidents.open(check, BEGIN, BEGIN, new Failure("a", "b")).id(), Kind.OPENED, "ops", BEGIN);
        List<String> attempts = new ArrayList<>();
        Notifier service = alert -> {
            attempts.add(Duration.between(BEGIN, now).toSeconds() + " " + alert.incident());
            return attempts.size() == 1
                    ? new Delivery.Failed(Phrase.of("status", "429"), Duration.ofSeconds(35), false)
                    : new Delivery.Accepted();
        };
        var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now);
        outbox.deliverNext("ops", service);
        assertThat(outbox.deliverNext("ops", service))
                .as("no other alert is sent either")
                .contains(BEGIN.plusSeconds(35));
        now = BEGIN.plusSeconds(35);
        while (outbox.deliverNext("ops", service).isPresent()) {}
        assertThat(attempts).containsExactly("0 1", "35 2", "35 3", "35 1");
        assertThat(store.waiting()).isEmpty();
    }

    /// Otherwise each delivery skips all closings whose openings are pending.
    @Test
    void makesAClosingDueWithTheOpeningThatItWaitsFor() {
        long id = incident();
        store.add(id, Kind.OPENED, "ops", BEGIN);
        store.failed(store.next("ops").orElseThrow(), Phrase.of("status", "503"), Duration.ZERO, BEGIN);
        store.add(id, Kind.CLOSED, "ops", BEGIN);
        assertThat(store.ofIncident(id)).extracting(OutboxEntry::due).containsOnly(BEGIN.plusSeconds(1));
        store.failed(store.next("ops").orElseThrow(), Phrase.of("status", "503"), Duration.ZERO, BEGIN.plusSeconds(1));
        assertThat(store.ofIncident(id)).extracting(OutboxEntry::due).containsOnly(BEGIN.plusSeconds(3));
        store.sent(store.next("ops").orElseThrow(), BEGIN.plusSeconds(3));
        assertThat(store.next("ops")).get().extracting(OutboxEntry::kind).isEqualTo(Kind.CLOSED);
    }

    /// Eighty messages at once in a chat would not be read.
    @Test
    void groupsABurstOfAlertsForPeopleAndSendsEachToPrograms() throws Exception {
        database.transaction(() -> {
            for (int i = 0; i < 80; i++)
                for (String notifier : List.of("chat", "program")) {
                    var incidents = new IncidentLog(database);
                    long id = incidents
                            .open("c" + i, BEGIN, BEGIN, new Failure("a", "b"))
                            .id();
                    store.add(id, Kind.OPENED, notifier, BEGIN);
                }
        });
        List<Alert> program = new ArrayList<>();
        List<Alert> chat = new ArrayList<>();
        Notifier people = new Notifier() {
            @Override
            public Delivery send(Alert alert) {
                chat.add(alert);
                return chat.size() == 1 ? new Delivery.Failed(Phrase.of("status", "500")) : new Delivery.Accepted();
            }

            @Override
            public boolean isForPeople() {
                return true;
            }
        };
        var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now);
        while (outbox.deliverNext("program", accepting(program)).isPresent()) {}
        for (Optional<Instant> next = Optional.of(now); next.isPresent(); next = outbox.deliverNext("chat", people))
            now = next.get();
        assertThat(program).hasSize(80).allMatch(alert -> alert.others().isEmpty());
        assertThat(chat).hasSize(3); // The first message was not accepted.
        assertThat(chat.stream().mapToInt(alert -> 1 + alert.others().size()).sum())
                .isEqualTo(50 + 30 + 50);
        assertThat(store.waiting()).isEmpty();
        assertThat(AlertText.EN.whole(chat.getLast()))
                .startsWith("[DOWN: 50] shop, shop")
                .contains("[DOWN] shop: 503");
    }

    /// A service that refuses a text, or a message about many alerts because of its length, refuses it every
    /// time.
    @Test
    void holdsNoOtherAlertForOneThatAServiceNeverAccepts() throws Exception {
        database.transaction(() -> {
            for (int i = 0; i < 60; i++) {
                long id = new IncidentLog(database)
                        .open("c" + i, BEGIN, BEGIN, new Failure("a", "b"))
                        .id();
                store.add(id, Kind.OPENED, "chat", BEGIN);
            }
        });
        List<Alert> messages = new ArrayList<>();
        List<Long> told = new ArrayList<>();
        Notifier people = new Notifier() {
            @Override
            public Delivery send(Alert alert) {
                messages.add(alert);
                List<Long> about = new ArrayList<>(List.of(alert.incident()));
                alert.others().forEach(other -> about.add(other.incident()));
                if (about.contains(17L)) return Delivery.Failed.refused(Phrase.of("status", "400"));
                told.addAll(about);
                return new Delivery.Accepted();
            }

            @Override
            public boolean isForPeople() {
                return true;
            }
        };
        var outbox = new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now);
        while (now.isBefore(BEGIN.plusSeconds(30)))
            now = outbox.deliverNext("chat", people).orElseThrow();
        assertThat(told).hasSize(59).doesNotHaveDuplicates().doesNotContain(17L);
        assertThat(store.waiting()).isEqualTo(Map.of("chat", 1L));
        assertThat(messages).hasSizeLessThan(40);
    }

    private static Notifier accepting(List<Alert> accepted) {
        return alert -> {
            accepted.add(alert);
            return new Delivery.Accepted();
        };
    }

    /// A kill in between repeats an alert; in the opposite order the alert would be lost.
    @Test
    void recordsAnAlertAsSentAfterTheServiceHasAcceptedIt() throws Exception {
        long id = incident();
        store.add(id, Kind.OPENED, "ops", BEGIN);
        List<Boolean> waits = new ArrayList<>();
        Notifier service = alert -> {
            waits.add(store.next("ops").isPresent());
            return new Delivery.Accepted();
        };
        new Outbox(store, entry -> Optional.of(alert(entry)), _ -> {}, () -> now).deliverNext("ops", service);
        assertThat(waits).containsExactly(true);
        assertThat(store.next("ops")).isEmpty();
    }
}
