using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using ProcessPool.Functions;

namespace ProcessPool.Tests.Functions;

[CancelAfter(60_000)]
[NonParallelizable]
internal sealed class FunctionRefusalTests
{
    [Test]
    public void Several_functions_in_one_are_refused()
    {
        Action both = Console.Beep;
        both += Console.Beep;
        Assert.That(() => Samples.Encode(both), Refused("a multicast delegate of 2 functions"));
    }

    [Test]
    public void A_dynamic_method_is_refused()
    {
        var method = new DynamicMethod("Five", typeof(int), []);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4_5);
        il.Emit(OpCodes.Ret);
        Assert.That(() => Samples.Encode(method.CreateDelegate<Func<int>>()), Refused("'Five' was compiled at run time"));
    }

    [Test]
    public void A_compiled_or_interpreted_expression_is_refused([Values] bool interpret)
    {
        Expression<Func<int, int>> expression = x => x + 1;
        Assert.That(() => Samples.Encode(expression.Compile(interpret)), Refused("was compiled at run time"));
    }

    [Test]
    public void A_method_of_a_dynamic_assembly_is_refused()
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Made"), AssemblyBuilderAccess.Run).DefineDynamicModule("Made");
        var type = module.DefineType("T", TypeAttributes.Public);
        var il = type.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Static, typeof(int), []).GetILGenerator();
        il.Emit(OpCodes.Ldc_I4_5);
        il.Emit(OpCodes.Ret);
        var function = type.CreateType().GetMethod("M")!.CreateDelegate<Func<int>>();
        Assert.That(() => Samples.Encode(function), Refused("The assembly Made was generated at run time"));
    }

    [Test]
    public void An_assembly_loaded_from_memory_is_refused_by_name()
    {
        var bytes = File.ReadAllBytes(Assembly.Load(Samples.Builds[0]).Location);
        using var stream = new MemoryStream(bytes);
        var context = new AssemblyLoadContext("memory", isCollectible: true);
        var method = context.LoadFromStream(stream).GetType("Captures.Closures")!.GetMethod("Nothing")!;
        var sample = new Samples.Sample(method.Invoke(null, null)!);
        Assert.That(() => Samples.Encode(sample.Function), Refused("The assembly Captures.Unoptimized was loaded from memory"));
        context.Unload();
    }

    [Test]
    public void After_a_hot_reload_every_function_is_refused()
    {
        HotReload.UpdateApplication(null);
        try
        {
            Assert.That(() => Samples.Encode(() => 1), Refused("hot reload"));
        }
        finally
        {
            HotReload.Forget();
        }

        Assert.That(() => Samples.Encode(() => 1), Throws.Nothing);
    }

    private static NUnit.Framework.Constraints.Constraint Refused(string reason) =>
        Throws.TypeOf<FunctionException>().With.Message.Contains(reason);
}
