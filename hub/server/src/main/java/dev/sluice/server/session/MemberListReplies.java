package dev.sluice.server.session;

import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.presence.Members;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.presence.MemberListEncoder;
import dev.sluice.server.presence.PresenceList;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The lists of members that a session's client asks for, one at a time: the session reads no more messages until the
/// list is found, nor while the client has yet to read a long one. Lists count towards the budget for answers until all
/// answers are written. Runs on the
/// connection's event loop.
final class MemberListReplies {
    private final SessionProtocol connection;
    private final Sessions sessions;
    private InFlightBytes.@Nullable EvictableHolder unread; // Null until the first list.
    private long bytes;
    private boolean isPending;

    MemberListReplies(SessionProtocol connection, Sessions sessions) {
        this.connection = connection;
        this.sessions = sessions;
    }

    /// Returns true while a list is being found.
    boolean isPending() {
        return isPending;
    }

    /// The bytes of the lists that have not been read; while one is being found, as many as stop the reading.
    long bytes() {
        return isPending ? sessions.messages().gate().bytesMax() : bytes;
    }

    /// Answers with a list.
    void begin(String ref, CompletionStage<Members> found) {
        isPending = true;
        found.whenComplete((members, stopping) -> connection.loop().execute(() -> {
            if (stopping == null) encode(ref, members);
            else {
                connection.reject(ref, PresenceList.stopping());
                end();
            }
        }));
    }

    private void encode(String ref, Members members) {
        InFlightBytes.EvictableHolder budget = unread;
        if (budget == null) budget = sessions.unread().holder(connection.loop(), connection::cut);
        unread = budget;
        ByteBuilder out = new ByteBuilder();
        encode(ref, members, out, new MemberListEncoder(members.members(), sessions.unread(), budget, out), budget);
    }

    /// Encodes the list in steps; other tasks of the event loop run between two of them.
    private void encode(
            String ref,
            Members members,
            ByteBuilder out,
            MemberListEncoder array,
            InFlightBytes.EvictableHolder budget) {
        if (connection.session().isOver()) {
            close();
            return;
        }
        try {
            if (!array.encodeSome()) {
                connection.loop().execute(() -> encode(ref, members, out, array, budget));
                return;
            }
            bytes += array.counted();
            budget.await();
            String list = new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
            connection.reply(ServerMessage.members(ref, list, members.at()));
        } catch (ProblemException full) {
            budget.giveBack(array.counted());
            connection.reject(ref, full.problem());
        }
        end();
    }

    private void end() {
        isPending = false;
        connection.updateReadInterest();
    }

    /// Called when answers were written: none of the lists is left if no answer is.
    void onWritten() {
        if (bytes > 0 && !isPending && connection.session().queuedFrames() == 0) release();
    }

    private void release() {
        bytes = 0;
        if (unread != null) unread.giveBackAll();
    }

    void close() {
        isPending = false;
        release();
    }
}
