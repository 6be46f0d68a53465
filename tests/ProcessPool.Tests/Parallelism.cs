// Most fixtures have a pool of their own, look at nothing else, and wait most of the time. The others are marked as NonParallelizable:
// they change or look at what the whole process has (its directory, cultures, environment, console, memory mappings, Pool.Shared).
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
