package dev.sluice.core.replication;

import java.util.List;

/// Commands that one node proposes together. They are applied in order, each of them at the proposal's time.
///
/// @param node        the id of the node, drawn at random when its folder is created
/// @param incarnation the process of that node: greater with each start
/// @param number      counts the proposals of the process, from 1
record Proposal(long node, long incarnation, long number, List<Command<?>> commands) {
    /// The maximum number of commands in one proposal.
    static final int COMMANDS_MAX = 4_096;

    /// The size in bytes beyond which no command is added: a larger command has a separate proposal.
    static final int BYTES_MAX = 1 << 20;

    Proposal {
        if (number < 1) throw new IllegalArgumentException("the number of a proposal must be 1 or more, was " + number);
        commands = List.copyOf(commands);
    }
}
