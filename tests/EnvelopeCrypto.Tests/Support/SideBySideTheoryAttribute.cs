using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>A theory whose cases run beside each other, as classes do; the runner's own limit of threads holds.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(Discoverer))]
public sealed class SideBySideTheoryAttribute(
    [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1) : TheoryAttribute(sourceFilePath, sourceLineNumber)
{
    /// <summary>
    /// Gives each case a collection of its own: xunit runs collections beside each other, the cases of one after another.
    /// </summary>
    public sealed class Discoverer : TheoryDiscoverer
    {
        /// <summary>
        /// Lets each row be a case, with runners too that would make one of all: the options are restored for other theories.
        /// </summary>
        public override async ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
        {
            var before = discoveryOptions.GetPreEnumerateTheories();
            discoveryOptions.SetPreEnumerateTheories(true);
            try
            {
                return await base.Discover(discoveryOptions, testMethod, factAttribute);
            }
            finally
            {
                discoveryOptions.SetPreEnumerateTheories(before);
            }
        }

        protected override ValueTask<IReadOnlyCollection<IXunitTestCase>> CreateTestCasesForDataRow(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, ITheoryAttribute theoryAttribute, ITheoryDataRow dataRow,
            object?[] testMethodArguments)
        {
            var name = $"{testMethod.TestClass.TestClassName}.{testMethod.MethodName}({string.Join(", ", testMethodArguments)})";
            var collection = new XunitTestCollection(testMethod.TestClass.TestCollection.TestAssembly, null, false, name);
            var method = new XunitTestMethod(new XunitTestClass(testMethod.TestClass.Class, collection), testMethod.Method, []);
            return base.CreateTestCasesForDataRow(discoveryOptions, method, theoryAttribute, dataRow, testMethodArguments);
        }
    }
}
