// Fixtures that mostly wait are marked as parallelizable. The others look at the whole process (its children, threads, files), and run alone.
[assembly: LevelOfParallelism(6)]
