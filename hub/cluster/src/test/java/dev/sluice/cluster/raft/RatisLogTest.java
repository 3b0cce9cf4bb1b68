package dev.sluice.cluster.raft;

import dev.sluice.core.log.AppendContract;
import dev.sluice.core.log.ChangeContract;
import dev.sluice.core.log.ChannelContract;
import dev.sluice.core.log.ConditionContract;
import dev.sluice.core.log.DeleteContract;
import dev.sluice.core.log.GapContract;

/// The tests of the log contract that need few publishes, because each publish takes milliseconds here, one
/// after the other. [RatisLogContractTest] runs the whole contract.
final class RatisLogTest extends RatisLogSubject
        implements AppendContract, ChangeContract, ChannelContract, ConditionContract, DeleteContract, GapContract {}
