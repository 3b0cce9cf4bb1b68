package dev.sluice.core.log;

/// What every log must pass: implement it in a test class of your own.
///
/// ```
/// final class MyLogTest implements LogContract { public Log open(Retention rule, InstantSource clock) { … } … }
/// ```
public interface LogContract
        extends AppendContract,
                ConditionContract,
                DeleteContract,
                ReadContract,
                FilterContract,
                GapContract,
                RetentionContract,
                KeepContract,
                StartContract,
                ResolveContract,
                GrowthContract,
                ChannelContract,
                ConcurrencyContract {}
