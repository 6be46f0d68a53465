// Fixtures that mostly wait are marked as parallelizable. The others run alone, because they check the whole process: its
// children, threads and files.
[assembly: LevelOfParallelism(8)]
