package dev.sluice.cluster.raft;

import dev.sluice.core.log.AppendContract;
import dev.sluice.core.log.ChangeContract;
import dev.sluice.core.log.ChannelContract;
import dev.sluice.core.log.ConditionContract;
import dev.sluice.core.log.DeleteContract;
import dev.sluice.core.log.GapContract;

/// The contract of a log, as far as its tests take few publishes: one after the other, each takes milliseconds here.
/// [RatisLogContractTest] has all of it.
final class RatisLogTest extends RatisLogSubject
        implements AppendContract, ChangeContract, ChannelContract, ConditionContract, DeleteContract, GapContract {}
