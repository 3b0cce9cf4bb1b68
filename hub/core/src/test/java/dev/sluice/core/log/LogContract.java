package dev.sluice.core.log;

/// The contract that every log must pass: implement it in a test class for the log.
///
/// ```
/// final class MyLogTest implements LogContract { public Log open(Retention rule, InstantSource clock) { … } … }
/// ```
public interface LogContract
        extends AppendContract,
                ConditionContract,
                LateRepeatContract,
                DeleteContract,
                ReadContract,
                FilterContract,
                GapContract,
                RetentionContract,
                KeyRetentionContract,
                RuleChangeContract,
                StartContract,
                ScanContract,
                ResolveContract,
                ChangeContract,
                ChannelContract,
                ConcurrencyContract {}
