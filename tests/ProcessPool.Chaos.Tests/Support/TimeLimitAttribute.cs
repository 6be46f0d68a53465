using System.Runtime.ExceptionServices;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>Fails a test that hangs after this many seconds. Unlike NUnit's own limits, it needs no help from the test.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class TimeLimitAttribute(int seconds) : NUnitAttribute, IWrapTestMethod
{
    public TestCommand Wrap(TestCommand command) => new LimitedCommand(command, TimeSpan.FromSeconds(seconds));

    private sealed class LimitedCommand(TestCommand command, TimeSpan limit) : DelegatingTestCommand(command)
    {
        public override TestResult Execute(TestExecutionContext context)
        {
            ExceptionDispatchInfo? failure = null;
            var test = new Thread(Run) { IsBackground = true, Name = Test.Name };
            test.Start();
            if (test.Join(limit))
            {
                failure?.Throw();
                return context.CurrentResult;
            }

            var result = Test.MakeTestResult();
            result.SetResult(ResultState.Failure, $"The test did not end within {limit.TotalSeconds} s.");
            context.CurrentResult = result;
            return result;

            void Run()
            {
                try
                {
                    context.CurrentResult = innerCommand.Execute(context);
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            }
        }
    }
}
