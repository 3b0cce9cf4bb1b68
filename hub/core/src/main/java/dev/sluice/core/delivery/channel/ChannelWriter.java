package dev.sluice.core.delivery.channel;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.schedule.GatheredAppends;
import dev.sluice.core.event.Draft;
import dev.sluice.core.lease.Leases;
import dev.sluice.core.lease.Renewal;
import dev.sluice.core.log.AppendListener;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Appends to channels and deletes them, together with what belongs to a channel besides its events: the count of
/// those that a caller has created, and its lease. The caller has checked the grants. May be used from any thread.
public final class ChannelWriter {
    private final LogWriter log;
    private final CreatedChannels created;
    private final Leases leases;

    public ChannelWriter(LogWriter log, CreatedChannels created, Leases leases) {
        this.log = log;
        this.created = created;
        this.leases = leases;
    }

    public CompletionStage<AppendResult> append(Grant grant, Publication publication) {
        CreatedChannels.Attempt attempt = created.attempt(grant, publication.draft());
        if (attempt == null) return log.append(publication); // The common case: the channel exists.
        if (attempt.refusal() != null) return CompletableFuture.completedStage(attempt.refusal());
        return log.append(publication).whenComplete((_, _) -> attempt.end());
    }

    /// Appends a publication together with those of the same turn of an event loop. Call it on that loop.
    public void append(Grant grant, Publication publication, GatheredAppends on, AppendListener listener) {
        CreatedChannels.Attempt attempt = created.attempt(grant, publication.draft());
        if (attempt == null) {
            on.append(new PendingAppend(publication, listener));
        } else if (attempt.refusal() != null) {
            listener.appended(attempt.refusal(), null);
        } else {
            on.append(new PendingAppend(publication, (outcome, failure) -> {
                attempt.end();
                listener.appended(outcome, failure);
            }));
        }
    }

    /// Appends an event that gives its channel a lease, or renews it: both or nothing.
    ///
    /// @param on null if the caller is on no event loop
    public CompletionStage<AppendResult> append(
            Grant grant, Publication publication, Renewal renewal, @Nullable GatheredAppends on) {
        Publication record = renewal.record();
        if (record == null)
            return appended(grant, publication, on)
                    .whenComplete((outcome, failure) -> renewal.done(outcome, failure != null));
        if (on != null) on.flush(); // What was published before on this loop must not come after it.
        return appendAll(grant, List.of(publication, record))
                .whenComplete((batch, failure) -> renewal.done(
                        batch instanceof AppendResult.Batch.All(List<AppendResult> each) ? each.getLast() : null,
                        failure != null))
                .thenApply(batch -> switch (batch) {
                    case AppendResult.Batch.All(List<AppendResult> each) -> each.getFirst();
                    case AppendResult.Batch.None(int _, AppendResult refusal) -> refusal;
                });
    }

    private CompletionStage<AppendResult> appended(Grant grant, Publication publication, @Nullable GatheredAppends on) {
        if (on == null) return append(grant, publication);
        CompletableFuture<AppendResult> outcome = new CompletableFuture<>();
        append(grant, publication, on, PendingAppend.completing(outcome));
        return outcome;
    }

    /// Appends several events one after the other, or none of them.
    public CompletionStage<AppendResult.Batch> appendAll(Grant grant, List<Publication> publications) {
        List<CreatedChannels.Attempt> attempts = new ArrayList<>(0);
        CreatedChannels.Attempt latest = null;
        for (int i = 0; i < publications.size(); i++) {
            Draft draft = publications.get(i).draft();
            if (latest != null && latest.channel().equals(draft.channel())) continue; // Most batches go to one channel.
            CreatedChannels.Attempt attempt = created.attempt(grant, draft);
            if (attempt == null) continue;
            if (attempt.refusal() != null) {
                attempts.forEach(CreatedChannels.Attempt::end);
                return CompletableFuture.completedStage(new AppendResult.Batch.None(i, attempt.refusal()));
            }
            attempts.add(attempt);
            latest = attempt;
        }
        CompletionStage<AppendResult.Batch> outcome = log.appendAll(publications);
        if (attempts.isEmpty()) return outcome;
        return outcome.whenComplete((_, _) -> attempts.forEach(CreatedChannels.Attempt::end));
    }

    /// Deletes a channel and its lease.
    public CompletionStage<Boolean> delete(ChannelName channel) {
        leases.end(channel); // First, so that no last will follows the deletion.
        return log.delete(channel);
    }

    /// Deletes channels and their leases.
    ///
    /// @return a stage that never fails, and completes once each deletion has succeeded or failed
    public CompletionStage<DeletionOutcome> deleteAll(List<ChannelName> channels) {
        List<CompletableFuture<Boolean>> outcomes = channels.stream()
                .map(each -> delete(each).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                .handle((_, failure) -> new DeletionOutcome(
                        Math.toIntExact(outcomes.stream()
                                .filter(each -> !each.isCompletedExceptionally() && each.join())
                                .count()),
                        failure));
    }
}
