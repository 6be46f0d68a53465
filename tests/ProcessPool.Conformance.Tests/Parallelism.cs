// Each fixture has pools of its own, and looks at nothing else. Most of their time is waiting.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
